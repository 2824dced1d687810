'use strict';
const wanted = require('shop-billing/lib/none');
wanted();
