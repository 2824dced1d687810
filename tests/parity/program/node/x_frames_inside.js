'use strict';
const inner = (() => { try { null.x; } catch (err) { return err; } })();
function wrap() {
  throw new Error('worker said:\n' + inner.stack.split('\n').slice(0, 3).join('\n') + '\n(end of what it said)');
}
wrap();
