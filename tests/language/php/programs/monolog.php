<?php
require '/usr/share/php/Monolog/autoload.php';
require __DIR__ . '/shop.php';

use Monolog\Formatter\JsonFormatter;
use Monolog\Formatter\LineFormatter;
use Monolog\Handler\StreamHandler;
use Monolog\Logger;

[, $kind] = $argv;
$formatter = match ($kind) {
    'line' => new LineFormatter(),
    'stacks' => (function () { $f = new LineFormatter(); $f->includeStacktraces(); return $f; })(),
    'escaped' => (function () { $f = new LineFormatter(null, null, false, true); $f->includeStacktraces(); $f->allowInlineLineBreaks(false); return $f; })(),
    'laravel' => new LineFormatter(null, 'Y-m-d H:i:s', true, true, true),
    'json' => new JsonFormatter(),
    'json_stacks' => new JsonFormatter(JsonFormatter::BATCH_MODE_JSON, true, false, true),
};
$handler = new StreamHandler('php://stdout');
$handler->setFormatter($formatter);
$log = new Logger($kind === 'laravel' ? 'production' : 'shop', [$handler]);
$log->info('job started', ['id' => 'a1']);
try {
    (new Acme\Orders())->settle(17);
} catch (Throwable $e) {
    $log->error($kind === 'laravel' ? $e->getMessage() : 'settlement of "17" failed', ['exception' => $e, 'customer' => 18]);
}
$log->warning('retry later', ['exception' => new RuntimeException("busy\nvery busy")]);
$log->info('job done');
