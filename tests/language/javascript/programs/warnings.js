'use strict';
const { EventEmitter } = require('node:events');
const bus = new EventEmitter();
for (let n = 0; n < 11; n++) bus.on('paid', () => {});
process.emitWarning('old call', 'DeprecationWarning', 'DEP0999');
console.trace('where am I');
