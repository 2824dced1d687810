<?php
interface Sink { public function write(string $line): void; }
class Memory implements Sink {}
