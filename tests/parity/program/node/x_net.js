'use strict';
require('node:net').connect(1, '127.0.0.1');
