'use strict';
const http = require('node:http');
const server = http.createServer((req, res) => { res.end(req.headers['x-user'].toUpperCase()); });
server.listen(0, () => http.get({ port: server.address().port }, () => {}));
