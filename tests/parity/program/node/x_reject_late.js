'use strict';
class Quota extends Error {
  constructor(left) { super(`quota: ${left} left`); this.left = left; }
}
async function spend(amount) {
  await null;
  throw new Quota(3 - amount);
}
async function main() {
  for await (const n of (async function* numbers() { yield 1; yield await spend(2); })()) console.log(n);
}
main();
setTimeout(() => {}, 50);
