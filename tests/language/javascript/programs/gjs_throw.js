function charge(n) { throw new RangeError(`need ${n} more`); }
function ship() { charge(20); }
ship();
