'use strict';
exports.boot = function boot(config) {
  return config.database.url.length;
};
