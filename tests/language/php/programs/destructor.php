<?php
class Handle
{
    public function __destruct()
    {
        throw new ErrorException('close failed', 5, E_WARNING, '/srv/app/php/driver.c', 77);
    }
}
function scope(): void
{
    $h = new Handle();
}
scope();
