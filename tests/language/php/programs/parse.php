<?php
function load(): void
{
    require __DIR__ . '/broken.inc';
}
load();
