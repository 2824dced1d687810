<?php
// What the engine writes into a page.
class Depot
{
    public function load(string $path): string
    {
        return file_get_contents($path) ?: throw new RuntimeException("no <b>plan</b> \"today\"\nnor tomorrow", 0, new LogicException("a & b"));
    }
}

echo $stops[0];
trigger_error("drive carefully", E_USER_WARNING);
$run = fn (Depot $depot) => $depot->load('/srv/app/php/missing.txt');
$run(new Depot());
