'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { capture, flush } = require('./sentry');
for (const f of [
  () => fs.readFileSync('/srv/app/node/none.json'),
  () => path.join(17),
  () => Buffer.alloc(-1),
  () => new URL('no url'),
  () => require('./none'),
  () => decodeURIComponent('%'),
  () => BigInt('x'),
  () => structuredClone(() => {}),
]) {
  try { f(); } catch (err) { console.error(err); capture(err); }
}
flush();
