'use strict';
const { capture, flush } = require('./sentry');
function go() { throw new SyntaxError('bad token at line 3, at column 5\nwhile reading config.yml'); }
try { go(); } catch (err) { console.error(err.stack); capture(err); }
try { go(); } catch (err) { process.stderr.write(`2026-11-20T10:00:00.000Z [error] config: ${err.stack}\n`); capture(err); }
try { go(); } catch (err) { process.stderr.write(`[2026-11-20 10:00:00] ERROR config - cannot read\n${err.stack}\n`); capture(err); }
flush();
