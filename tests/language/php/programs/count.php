<?php
function total(int $a, int $b): int
{
    return $a + $b;
}
total(1);
