// winston spreads an error over the record: `name` is the error's.
const winston = require('winston');
const { format } = winston;
class DepotError extends Error {
  constructor(message) {
    super(message);
    this.name = 'DepotError';
  }
}
function unload(crates) {
  throw new DepotError(`only ${crates} crates`);
}
const log = winston.createLogger({
  format: format.combine(format.errors({ stack: true }), format.timestamp(), format.json()),
  transports: [new winston.transports.Console()],
});
try {
  unload(3);
} catch (error) {
  log.error(error);
  log.error('unloading failed', error);
}
