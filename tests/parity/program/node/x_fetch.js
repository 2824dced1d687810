'use strict';
async function call() { return fetch('http://127.0.0.1:1/health'); }
call();
setTimeout(() => {}, 300);
