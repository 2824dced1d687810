const { test, describe } = require('node:test'); const assert = require('node:assert');
describe('TypeError: Cannot read properties of undefined', () => {
  test('Error: at first', () => assert.ok(1));
  test('at Object.<anonymous> (/srv/app/x.js:1:2)', () => assert.throws(() => { throw new Error('x') }));
  test('skipped because of RangeError: Invalid array length', { skip: 'Error: flaky' }, () => {});
});
