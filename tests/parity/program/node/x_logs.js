'use strict';
// ordinary lines between the errors, with and without a header
const { capture, flush } = require('./sentry');
let n = 0;
const line = (level, text) => process.stderr.write(`2026-11-20 15:49:2${n++ % 10},377 ${level} [shop] ${text}\n`);
class PriceMissing extends Error { constructor(sku) { super(`no price for ${sku}\n  in list spring`); this.name = 'PriceMissing'; this.sku = sku; } }
const price = (sku) => { throw new PriceMissing(sku); };
line('INFO', 'starting');
try { price('A'); } catch (err) { line('ERROR', `order failed\n${err.stack}`); capture(err); }
line('INFO', 'at least one order failed');
try { price('B'); } catch (err) { line('ERROR', err.stack); capture(err); }
line('WARN', 'looking at (the rest)');
try { price('C'); } catch (err) { for (const l of err.stack.split('\n')) line('ERROR', l); capture(err); }
line('INFO', 'done');
try { price('D'); } catch (err) { console.error('order D failed:', err); capture(err); }
line('INFO', 'bye');
try { price('F'); } catch (err) { process.stderr.write(`2026-11-20T15:49:23.377Z ERROR step failed ${err.stack.replaceAll('\n', '\\n')}\n`); capture(err); }
flush().then(() => price('E'));
