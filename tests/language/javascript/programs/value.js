'use strict';
const stop = (reason) => { throw reason; };
stop('no stock left');
