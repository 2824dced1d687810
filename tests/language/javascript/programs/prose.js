'use strict';
// Looks like errors and is none.
console.error('Usage: shop [options]\n    at least one order is needed\n    at (your own risk)\n');
console.error('Uncaught errors are reported to the desk');
console.error('Node.js v20 is needed, found Node.js v18.1 on the host');
console.error('    at 10:30:12 the job began');
console.error('mail bob@http.example: done');
console.error('docs: "    at main (/srv/app/x.js:1)"');
