'use strict';
const fs = require('node:fs');
fs.readFile('/srv/app/node/none.txt', 'utf8', function onRead(err, text) {
  if (err) throw err;
  console.log(text);
});
