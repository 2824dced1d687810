<?php
declare(strict_types=1);
class Cart
{
    public function add(int $sku, float $price): static
    {
        return $this;
    }
}
(new Cart())->add('A-1', 2.5);
