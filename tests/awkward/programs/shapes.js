'use strict';
// Loggers of Node, each with the trace of one failure.
const pino = require('pino');
const bunyan = require('bunyan');
const winston = require('winston');

function price(order) {
  return order.lines.length;
}

function pay(order) {
  try {
    return price(order);
  } catch (error) {
    throw new RangeError(`no price for order ${order.number}`, { cause: error });
  }
}

function failed() {
  try {
    pay({ number: 17 });
  } catch (error) {
    return error;
  }
}

const shapes = {
  pino() {
    const log = pino(pino.destination({ dest: 2, sync: true }));
    log.info('open');
    log.error(failed(), 'checkout of order 17 failed');
    log.info('closed');
  },
  bunyan() {
    const log = bunyan.createLogger({ name: 'web', stream: process.stderr, serializers: bunyan.stdSerializers });
    log.info('open');
    log.error({ err: failed() }, 'checkout of order 17 failed');
    log.info('closed');
  },
  winston_json() {
    const { combine, timestamp, errors, json } = winston.format;
    const log = winston.createLogger({
      format: combine(errors({ stack: true }), timestamp(), json()),
      transports: [new winston.transports.Console({ stderrLevels: ['info', 'error'] })],
    });
    log.info('open');
    log.error(failed());
    log.info('closed');
  },
  winston_text() {
    const { combine, timestamp, errors, printf } = winston.format;
    const line = printf((info) => `${info.timestamp} ${info.level}: ${info.stack || info.message}`);
    const log = winston.createLogger({
      format: combine(errors({ stack: true }), timestamp(), line),
      transports: [new winston.transports.Console({ stderrLevels: ['info', 'error'] })],
    });
    log.info('open');
    log.error(failed());
    log.info('closed');
  },
  console_error() {
    console.error('open');
    console.error('checkout of order 17 failed', failed());
    console.error('closed');
  },
  console_aggregate() {
    console.error(new AggregateError([failed(), new TypeError('no till')], 'both ways failed'));
    console.error('closed');
  },
  console_properties() {
    const error = Object.assign(new Error('connect ECONNREFUSED 10.0.3.17:5432'), { code: 'ECONNREFUSED', errno: -111, address: '10.0.3.17' });
    console.error(error);
    console.error('closed');
  },
  no_message() {
    console.error(new Error());
    console.error('closed');
  },
  class_without_error() {
    class OutOfStock extends Error {
      get name() {
        return 'OutOfStock';
      }
    }
    console.error(new OutOfStock('order 17\nitem 3\nitem 4').stack);
    console.error('closed');
  },
  rejection() {
    Promise.reject(failed());
  },
};

shapes[process.argv[2]]();
