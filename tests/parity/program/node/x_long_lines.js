'use strict';
function send(rows) {
  throw new Error('rejected rows:\n' + rows.map((r, i) => `  ${i}: ${r} at position ${i}`).join('\n'));
}
send(['apple', 'pear', 'plum', 'fig', 'lime', 'date', 'kiwi', 'melon', 'grape', 'peach', 'quince', 'cherry']);
