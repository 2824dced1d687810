'use strict';
const step = async (n) => { await null; if (n === 2) throw new TypeError(`step ${n}`); return n; };
async function all() { return Promise.all([1, 2, 3].map(step)); }
(async () => {
  try { await all(); } catch (err) {
    console.error('batch failed', err);
    require('./sentry').capture(err);
    await require('./sentry').flush();
  }
})();
