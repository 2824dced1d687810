// Errors one after the other within a group, and one whose name is in lower case.
function ship(id) { const e = new Error('no stock of ' + id); e.name = 'out_of_stock'; throw e; }
function price(item) { return item.price.amount; }
console.group('orders');
for (const work of [() => price({}), () => price(null), () => ship('A-1')]) {
  try { work(); } catch (e) { console.error(e.stack); }
}
console.group('inner');
try { ship('B-2'); } catch (e) { console.error('failed:', new TypeError('cannot ship', { cause: e })); }
console.groupEnd();
console.error('next');
