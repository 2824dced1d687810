'use strict';
const { EventEmitter } = require('node:events');
class Depot extends EventEmitter {
  #lots = new Map();
  take(sku) {
    const lot = this.#lots.get(sku);
    if (!lot) this.emit('error', Object.assign(new Error(`no lot of ${sku}`, { cause: new AggregateError([new RangeError('shelf 1'), 'shelf 2'], 'all shelves') }), { sku, at: { depot: 'Nord', row: [1, { b: '}' }] } }));
    return lot;
  }
}
new Depot().take('A-1');
