'use strict';
const { EventEmitter } = require('node:events');
class Bus extends EventEmitter {}
function fail(bus) {
  bus.emit('error', Object.assign(new Error('line is dead'), { code: 'EDEAD', tries: 3 }));
}
fail(new Bus());
