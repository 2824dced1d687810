'use strict';
const { OrderService } = require('./src/orders/service');
const log = require('pino')({ name: 'storefront' }, require('pino').destination({ fd: 2, sync: true }));
const { capture, flush } = require('./sentry');
try { new OrderService().ship(18); } catch (err) { log.error(err, 'order not shipped'); capture(err); }
try { new OrderService().place(17, [{ qty: 2 }]); } catch (err) { log.error({ err, order: 17 }, 'order not placed'); capture(err); }
flush();
