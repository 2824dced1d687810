'use strict';
const { Worker, isMainThread } = require('node:worker_threads');
if (isMainThread) {
  new Worker(__filename);
} else {
  const load = () => { throw new Error('worker cannot load'); };
  load();
}
