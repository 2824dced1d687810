<?php
// How programs write what they caught: the type in brackets, a string in Monolog's context.
function unload(int $crates): void
{
    throw new DomainException("only $crates crates");
}

try {
    unload(3);
} catch (DomainException $e) {
    error_log('Unloading: ' . $e->getMessage() . "\n" . $e->getTraceAsString());
    error_log(sprintf("[%s] %s in %s:%d\nStack trace:\n%s", $e::class, $e->getMessage(), $e->getFile(), $e->getLine(), $e->getTraceAsString()));
    error_log('depot.ERROR: unloading failed {"exception":"' . $e . '"} []');
}
