'use strict';
const broken = { a: 1;
