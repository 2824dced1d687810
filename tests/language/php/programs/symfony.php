<?php
require '/usr/share/php/Symfony/Component/HttpKernel/autoload.php';
require '/usr/share/php/Monolog/autoload.php';
require __DIR__ . '/shop.php';

use Monolog\Handler\StreamHandler;
use Monolog\Logger;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpKernel\Event\ExceptionEvent;
use Symfony\Component\HttpKernel\EventListener\ErrorListener;
use Symfony\Component\HttpKernel\HttpKernelInterface;
use Symfony\Component\HttpKernel\Log\Logger as Plain;

$kernel = new class implements HttpKernelInterface {
    public function handle(Request $request, int $type = self::MAIN_REQUEST, bool $catch = true): Response
    {
        return new Response();
    }
};
$logger = ($argv[1] ?? '') === 'plain' ? new Plain('debug', 'php://stdout') : new Logger('request', [new StreamHandler('php://stdout')]);
try {
    (new Acme\Orders())->settle(17);
} catch (Throwable $e) {
    $event = new ExceptionEvent($kernel, Request::create('/orders/17'), HttpKernelInterface::MAIN_REQUEST, $e);
    (new ErrorListener(null, $logger))->logKernelException($event);
}
