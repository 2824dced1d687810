'use strict';
const { Readable, pipeline } = require('stream');

async function* ship(orders) {
  for await (const order of orders) {
    throw new TypeError(`cannot ship ${order}`);
  }
}

pipeline(Readable.from(['A-7']), ship, (err) => {
  if (err) throw err;
});
