// Dies of an error that the engine throws, in the way that its argument names.
function price(item) { return item.price; }
function total(items) { return items.map(price); }
async function load() { await null; return total([undefined]); }
class Cart { async sum() { await new Promise((done) => setImmediate(done)); return total([null]); } }
const ways = {
  helper: () => load(),
  method: () => new Cart().sum(),
  then: () => Promise.resolve([undefined]).then(total),
  tick: () => process.nextTick(total, [undefined]),
  microtask: () => queueMicrotask(() => total([undefined])),
  timer: () => setTimeout(total, 1, [undefined]),
};
ways[process.argv[2]]();
