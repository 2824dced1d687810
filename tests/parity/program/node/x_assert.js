'use strict';
const assert = require('node:assert');
const { capture, flush } = require('./sentry');
for (const check of [
  () => assert(1 === 2),
  () => assert.equal(1, 2),
  () => assert.strictEqual('a\nb\nc', 'a\nx\nc'),
  () => assert.deepStrictEqual({ a: 1, b: { c: [1, 2, 3] } }, { a: 1, b: { c: [1, 2, 4] } }),
  () => assert.ok(0, 'zero is no stock'),
  () => assert.throws(() => {}),
  () => assert.ifError(new Error('was not null')),
]) {
  try { check(); } catch (err) { console.error(err); capture(err); }
}
flush();
