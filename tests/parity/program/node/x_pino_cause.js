'use strict';
const pino = require('pino');
const { OrderService } = require('./src/orders/service');
const { capture, flush } = require('./sentry');
const log = pino({ name: 'storefront' }, pino.destination({ fd: 2, sync: true }));
try { new OrderService().settle(18); } catch (err) { log.fatal({ err, order: 9 }, 'giving up'); capture(err); }
try { new OrderService().import('[1,'); } catch (err) { log.error({ error: err.stack }, 'as a field'); capture(err); }
try { new OrderService().place(17, [{ qty: 2 }]); } catch (err) { log.error(`failed: ${err.stack}`); capture(err); }
flush();
