const what = process.argv[2];
function checkout() {
  if (what === 'stack') { const o = {}; Error.captureStackTrace(o); console.log(o.stack.split('\n').slice(1).join('\n')); }
  if (what === 'warning') process.emitWarning('orders() is deprecated', { code: 'SHOP01', type: 'DeprecationWarning', detail: 'throws a TypeError in 3.0' });
  if (what === 'inspect') console.log({ status: 'ok', errors: [], lastError: null, handler: function onError(err) {}, cls: class OrderError extends Error {} });
  if (what === 'heap') console.log(require('v8').getHeapStatistics());
}
checkout();
