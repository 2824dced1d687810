'use strict';
const { OrderService } = require('./src/orders/service');
const log = require('bunyan').createLogger({ name: 'storefront', stream: process.stderr, serializers: require('bunyan').stdSerializers });
const { capture, flush } = require('./sentry');
try { new OrderService().place(17, [{ qty: 2 }]); } catch (err) { log.error({ err }, 'order not placed'); capture(err); }
flush();
