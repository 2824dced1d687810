'use strict';
class Odd extends TypeError {}
class HttpProblem extends Error { get name() { return 'HttpProblem'; } }
class Ошибка extends Error { constructor(m) { super(m); this.name = 'Ошибка'; } }
const { capture, flush } = require('./sentry');
const made = [
  new Odd('odd class of a known kind'),
  new HttpProblem('503 from upstream'),
  new Ошибка('недостаточно средств на счёте 17'),
  Object.assign(new Error('has a code'), { code: 'E_CODE', status: 502, headers: { 'x-a': 'b' } }),
  new DOMException('the user went away', 'AbortError'),
];
for (const err of made) {
  console.error(err);
  capture(err);
}
flush();
