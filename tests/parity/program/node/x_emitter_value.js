'use strict';
const { EventEmitter } = require('node:events');
new EventEmitter().emit('error', { reason: 'no error object' });
