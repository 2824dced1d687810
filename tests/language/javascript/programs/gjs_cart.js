class Cart {
  add(line) { return line.price.amount; }
  total(lines) { return lines.map((l) => this.add(l)); }
}
function open(lines) { return new Cart().total(lines); }
try { open([{ price: { amount: 1 } }, {}]); } catch (err) { printerr(`${err}\n${err.stack}`); }
