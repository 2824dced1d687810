'use strict';
setTimeout(() => { structuredClone({ f() {} }); }, 1);
