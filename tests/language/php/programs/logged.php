<?php
function parse(string $json): mixed
{
    return json_decode($json, false, 4, JSON_THROW_ON_ERROR);
}
function import(): void
{
    try {
        parse('{');
    } catch (JsonException $e) {
        throw new RuntimeException('import failed', 3, $e);
    }
}
error_log('import begins');
try {
    import();
} catch (RuntimeException $e) {
    error_log($e);
    error_log("import: " . $e);
    error_log("import skipped\n" . $e->getPrevious());
}
error_log('import over');
