'use strict';
// A web service that fails twice: where pino logs the error with its cause, and where nobody catches it.
const pino = require('pino');

const log = pino(pino.destination({ dest: process.env.WEB_LOG, sync: true }));

function price(order) {
  return order.lines.length; // frame: price
}

class Checkout {
  pay(order) {
    try {
      return price(order);
    } catch (error) {
      throw new RangeError('no price for order 17', { cause: error }); // frame: pay
    }
  }
}

function main() {
  log.info('open');
  try {
    new Checkout().pay({}); // frame: main
  } catch (err) {
    log.error({ err, orderId: 17 }, 'checkout failed');
  }
  log.info('closing');
  setTimeout(function shutdown() {
    closing(null); // frame: shutdown
  }, 1);
}

function closing(session) {
  session.end(); // frame: closing
}

main(); // frame: Object.?
