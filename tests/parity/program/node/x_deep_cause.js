'use strict';
let err = new Error('level 0');
for (let n = 1; n <= 5; n++) err = new Error(`level ${n}`, { cause: err });
throw err;
