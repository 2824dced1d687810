'use strict';
async function replica(n) {
  await new Promise((done) => setTimeout(done, n));
  throw new Error(`replica ${n} does not answer`);
}
async function main() {
  return Promise.any([replica(1), replica(2)]);
}
main();
