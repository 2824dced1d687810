<?php
namespace Acme;

class Sorter
{
    public function __invoke($a, $b): int
    {
        throw new \RangeException("cannot compare $a");
    }
    public function __call(string $name, array $args): mixed
    {
        usort($args[0], $this);
        return null;
    }
    public static function __callStatic(string $name, array $args): mixed
    {
        return (new self())->sort(...$args);
    }
}
function each(callable $f): array
{
    return array_map($f, [[3, 1]]);
}
register_shutdown_function(static function (): void {
    each(fn (array $row) => Sorter::byPrice($row));
});
