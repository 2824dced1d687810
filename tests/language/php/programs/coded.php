<?php
/** @param array<string, int> $stock */
function take(array $stock, string $sku): int
{
    return $stock[$sku] ?? throw new OutOfBoundsException("no \"$sku\" <in> stock & none 'ordered' \\ back");
}
take([], 'größe 8');
