<?php
require '/srv/app/php/shop.php';
if (isset($_GET['warn'])) {
    echo $_GET['absent'];
    error_log('cache is cold');
    trigger_error('stock is low', E_USER_WARNING);
}
if (isset($_GET['die'])) {
    (new Acme\Orders())->settle(17);
}
echo "ok\n";
