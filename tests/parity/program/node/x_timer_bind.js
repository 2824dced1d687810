'use strict';
class Clock {
  tick() { this.beat.push(1); }
  start() { setInterval(this.tick.bind({}), 1); }
}
new Clock().start();
