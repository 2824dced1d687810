'use strict';
const { capture, flush } = require('./sentry');
class PriceMissing extends Error { constructor(sku) { super(`no price for ${sku}`); this.name = 'PriceMissing'; this.sku = sku; } }
function price(sku) { throw new PriceMissing(sku); }
try { price('A-1'); } catch (err) { console.error({ job: 'reprice', err }); capture(err); }
try { price('A-2'); } catch (err) { console.error('reprice failed', { err, tries: 2 }); capture(err); }
try { price('A-3'); } catch (err) { console.error('reprice of %s failed: %o', 'A-3', err.message); console.error(`reprice failed: ${err.stack}`); capture(err); }
try { price('A-4'); } catch (err) { console.error('[reprice]', err); capture(err); }
try { price('A-5'); } catch (err) { console.error([err]); capture(err); }
flush();
