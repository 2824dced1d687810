<?php
// What a class's own __toString makes of an uncaught exception; the mode says how it is written.
class DepotClosed extends Exception
{
    public function __toString(): string
    {
        return match ($GLOBALS['argv'][1]) {
            'manual' => __CLASS__ . ": [{$this->code}]: {$this->message}\n",
            'code' => "DepotClosed[{$this->code}]: {$this->message}",
            'trace' => self::class . " '{$this->message}' in {$this->file}({$this->line})\n{$this->getTraceAsString()}",
            'words' => 'depot=north state=closed',
            'before' => '[depot=north] ' . parent::__toString(),
        };
    }
}

function unload(int $crates): void
{
    throw new DepotClosed("closed until morning\n  (crates: $crates)", 17);
}

unload(4);
