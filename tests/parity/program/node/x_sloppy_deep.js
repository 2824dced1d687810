'use strict';
function down(n) { if (n === 0) return null.deep; return down(n - 1); }
down(20);
