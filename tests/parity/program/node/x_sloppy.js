const handlers = {
  'order.paid': function (order) { return order.lines.map(({ price }) => price.amount.toFixed(2)); },
  ['on' + 'Ship']: (order) => order.parcel.id,
  async *walk() { yield* missing(); },
};
function* each() { yield handlers['order.paid']({ lines: [{}] }); }
const proxy = new Proxy({}, { get(target, name) { throw new ReferenceError(`no ${String(name)}`); } });
const { capture, flush } = require('./sentry');
for (const f of [() => [...each()], () => handlers.onShip({}), () => proxy.stock, () => new Map([[1, 2]]).forEach(() => undefinedThing),
  () => Reflect.construct(class A { constructor() { this.b.c = 1; } }, []), () => 'x'.repeat(-1), () => 'abc'.replace(/b/, () => { throw new Error('in replacer'); }),
  function named() { eval('throw new EvalError("in eval")'); }]) {
  try { f(); } catch (err) { console.error(err); capture(err); }
}
flush();
