'use strict';
Promise.reject('quota exceeded');
setTimeout(() => {}, 50);
