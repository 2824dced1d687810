'use strict';
const err = new Error('from a Windows host');
err.stack = 'Error: from a Windows host\n    at Shop.open (C:\\shop\\src\\open.js:12:7)\n    at async C:\\shop\\main.js:3:1\n    at file:///C:/shop/lib/x%20y.mjs:4:2';
console.error(err.stack);
require('./sentry').capture(err);
require('./sentry').flush();
