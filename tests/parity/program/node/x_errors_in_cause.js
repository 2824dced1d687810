'use strict';
function fetchAll() {
  throw new AggregateError([new Error('left'), new TypeError('right')], 'both sides failed');
}
function report() {
  try {
    fetchAll();
  } catch (err) {
    const outer = new Error('no report today', { cause: err });
    outer.day = { date: '2026-11-20', parts: [1, 2, { a: { b: { c: 1 } } }] };
    throw outer;
  }
}
report();
