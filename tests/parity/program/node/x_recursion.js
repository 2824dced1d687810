'use strict';
Error.stackTraceLimit = 60;
const even = (n) => odd(n + 1);
const odd = (n) => even(n + 1);
even(0);
