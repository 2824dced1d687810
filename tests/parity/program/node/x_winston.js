'use strict';
const winston = require('winston');
const { OrderService } = require('./src/orders/service');
const { capture, flush } = require('./sentry');
const { combine, timestamp, errors, json, printf } = winston.format;
const out = () => new winston.transports.Stream({ stream: process.stderr });
const asJson = winston.createLogger({ format: combine(timestamp(), errors({ stack: true }), json()), transports: [out()] });
const asText = winston.createLogger({ format: combine(timestamp(), errors({ stack: true }), printf((i) => `${i.timestamp} ${i.level}: ${i.stack || i.message}`)), transports: [out()] });
try { new OrderService().place(17, [{ qty: 2 }]); } catch (err) { asJson.error(err); capture(err); }
try { new OrderService().import('[1,2'); } catch (err) { asText.error(err); capture(err); }
flush();
