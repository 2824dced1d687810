<?php
$job = new class {
    public function run(): never
    {
        throw new OverflowException('queue is full');
    }
};
$job->run();
