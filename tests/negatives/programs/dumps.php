<?php
function inner($x) { global $argv; if ($argv[1] == 'debug') debug_print_backtrace(); if ($argv[1] == 'var') { var_dump(['error' => null, 'exception' => 'none', 'trace' => []]); print_r(new ArrayObject(['Fatal error' => false])); } if ($argv[1] == 'array') print_r(debug_backtrace()); }
function outer() { inner([1, 'two']); }
outer();
