<?php
function boot(): void
{
    require '/srv/app/php/config/none.php';
}
boot();
