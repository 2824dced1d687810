'use strict';
const part = (n) => { throw new RangeError(`part ${n} is out of range`); };
function collect() {
  const errors = [];
  for (const n of [1, 2]) {
    try { part(n); } catch (err) { errors.push(err); }
  }
  errors.push('not an error', new TypeError('third', { cause: new Error('below the third') }));
  throw new AggregateError(errors, 'three parts failed', { cause: new Error('disk is full') });
}
collect();
