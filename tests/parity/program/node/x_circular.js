'use strict';
const a = new Error('first');
const b = new Error('second', { cause: a });
a.cause = b;
throw b;
