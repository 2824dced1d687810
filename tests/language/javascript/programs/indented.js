'use strict';
const price = (sku) => { throw new TypeError(`no price for ${sku}`, { cause: new Error('list is empty') }); };
try { price('A'); } catch (err) { console.group('job 1'); console.group('step 2'); console.error(err); console.groupEnd(); console.groupEnd(); }
console.error('next');
