'use strict';
class StoreError extends Error {
  constructor(message, options) { super(message, options); this.name = 'StoreError'; this.table = 'orders'; }
}
function read(id) {
  return JSON.parse(`{"id": ${id}, "items": [}`);
}
function load(id) {
  try {
    return read(id);
  } catch (err) {
    throw new StoreError(`order ${id} is damaged`, { cause: err });
  }
}
function ship(id) {
  try {
    return load(id);
  } catch (err) {
    throw new Error('cannot ship', { cause: err });
  }
}
setImmediate(() => ship(7));
