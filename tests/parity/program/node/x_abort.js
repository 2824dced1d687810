'use strict';
const { capture, flush } = require('./sentry');
(async () => {
  try { await fetch('http://127.0.0.1:9/', { signal: AbortSignal.timeout(0) }); } catch (err) { console.error('aborted', err); capture(err); }
  try { AbortSignal.abort().throwIfAborted(); } catch (err) { console.error(err); capture(err); }
  try { await require('node:util').promisify(require('node:child_process').exec)('exit 3'); } catch (err) { console.error(err); capture(err); }
  await flush();
})();
