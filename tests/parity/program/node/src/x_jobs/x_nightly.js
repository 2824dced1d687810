'use strict';
const { OrderService } = require('../orders/service');
class Nightly {
  async run() { for (const id of [17, 18]) await this.one(id); }
  async one(id) { await new Promise((r) => setTimeout(r, 1)); return new OrderService().ship(id); }
}
new Nightly().run();
