'use strict';
const express = require('express');
const http = require('node:http');
const app = express();
const { capture, flush } = require('./sentry');
app.get('/cart/:id', function cart(req) { return req.session.cart.items; });
app.use((err, req, res, next) => { capture(err); next(err); });
const server = app.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, host: '127.0.0.1', path: '/cart/9' }, async (res) => { res.resume(); await flush(); await new Promise((r) => setTimeout(r, 200)); process.exit(0); });
});
