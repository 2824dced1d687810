<?php
class Mailer
{
    public function send(string $to, array $parts, ?object $by, float|int $n, $stream, bool ...$flags): void
    {
        throw new InvalidArgumentException("bad address: $to in /dev/null:3");
    }
}
function run(string $text): void
{
    (new Mailer())->send("a): b(1)\nc", [1, 2], new ArrayObject(), -1.5, STDIN, true, false);
}
run('a text that is longer than what is printed of it');
