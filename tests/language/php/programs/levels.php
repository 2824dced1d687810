<?php
error_reporting(E_ALL);
function price(?string $sku): int
{
    return strlen($sku);
}
echo $missing;
echo ['a' => 1]['b'];
price(null);
trigger_error('cache is cold', E_USER_NOTICE);
trigger_error("stock is low\nin two places", E_USER_WARNING);
trigger_error('use price() instead', E_USER_DEPRECATED);
$ratio = 'abc'[0] . (string) @$other;
include '/srv/app/php/none.php';
fopen('/srv/app/php/none.csv', 'r');
trigger_error('no price list', E_USER_ERROR);
