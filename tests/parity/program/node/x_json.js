'use strict';
function parse(text) { return JSON.parse(text); }
setTimeout(function later() { parse('{"a": 1,\n  "b": nope,\n  "c": 3}'); }, 1);
