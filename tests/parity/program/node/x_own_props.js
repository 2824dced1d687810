'use strict';
class Failure extends Error {}
const err = new Failure('many properties');
Object.assign(err, {
  text: 'one\ntwo\n    at fake (/srv/app/node/fake.js:1:2)', list: [1, { a: [] }], map: new Map([['k', { v: 1 }]]), fn() {}, date: new Date(0), re: /}/g,
  inner: new TypeError('an error as a property'), nested: { deep: new RangeError('deeper') }, [Symbol('s')]: 1, buf: Buffer.from('abc'), empty: {}, und: undefined,
});
throw err;
