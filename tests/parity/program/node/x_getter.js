'use strict';
const key = Symbol('price');
class Line {
  #sku;
  constructor(sku) { this.#sku = sku; }
  get price() { return this[key].amount; }
  set price(v) { this.#check(v); }
  #check(v) { if (v < 0) throw new RangeError(`price of ${this.#sku} is ${v}`); }
  static { this.zero = new Line('none'); }
  [Symbol.iterator]() { return this.price; }
}
const line = new Line('B-2');
try {
  [...line];
} catch (err) {
  console.error('iterating failed:', err);
  require('./sentry').capture(err);
}
try {
  line.price = -1;
} catch (err) {
  console.error(err.stack);
  require('./sentry').capture(err);
}
require('./sentry').flush();
