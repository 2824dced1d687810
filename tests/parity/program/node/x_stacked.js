'use strict';
// one error right behind the other, without a line between
const { capture, flush } = require('./sentry');
const { OrderService } = require('./src/orders/service');
const shop = new OrderService();
for (const f of [() => shop.ship(18), () => shop.settle(18), () => shop.import('{'), () => shop.place(17, [{ qty: 1 }]), () => shop.ship(19)]) {
  try { f(); } catch (err) { console.error(err); capture(err); }
}
console.error('all failed');
flush();
