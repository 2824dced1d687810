'use strict';
function stop() { throw { code: 17, detail: 'no stock' }; }
stop();
