class Basket {
  lines: { price?: { amount: number } }[] = [{}];
  total() { return this.lines.map((l) => l.price!.amount); }
}
function open() { throw new Error("basket is closed", { cause: new TypeError("no key") }); }
try { new Basket().total(); } catch (e) { console.error("total failed", e); }
open();
