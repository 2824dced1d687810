'use strict';
const assert = require('node:assert');
function checkStock(stock) {
  assert.deepStrictEqual(stock, { berlin: [1, 2, 3], paris: { left: 4, right: 'a long word in the right' }, rome: null });
}
checkStock({ berlin: [1, 2, 4], paris: { left: 4, right: 'another long word in the right' }, rome: undefined });
