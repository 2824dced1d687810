<?php
function grow(): array
{
    $rows = [];
    while (true) {
        $rows[] = str_repeat('x', 4096);
    }
}
ini_set('memory_limit', '4M');
grow();
