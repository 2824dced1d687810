import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { OrderService } = require('./src/orders/service.js');
class Desk {
  static open() { return new OrderService().place(17, [{ qty: 2 }]); }
}
Desk.open();
