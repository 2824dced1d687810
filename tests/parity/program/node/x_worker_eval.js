'use strict';
const { Worker } = require('worker_threads');
new Worker('function load() { throw new Error("worker cannot load"); }\nload();', { eval: true });
