'use strict';
const { Readable, Transform, pipeline } = require('node:stream');
class Upper extends Transform {
  _transform(chunk, _enc, done) {
    if (chunk.length > 3) this.destroy(new RangeError(`chunk of ${chunk.length} bytes`));
    else done(null, String(chunk).toUpperCase());
  }
}
Readable.from(['abc', 'defgh']).pipe(new Upper()).resume();
