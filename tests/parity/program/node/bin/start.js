'use strict';
const { boot } = require('../lib/x_boot');
boot({});
