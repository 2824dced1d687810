// Failures of everything at once.
class OutOfStock extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = "OutOfStock";
    this.order = { number: 17, lines: [{ item: "tea {", count: 0 }] };
  }
}

function count(order) {
  try {
    null.share;
  } catch (e) {
    throw new OutOfStock(`order ${order}:\n\n  - no share\nat the till: nobody`, { cause: e });
  }
}

function close() {
  const failed = [17, 18].map((order) => {
    try {
      count(order);
    } catch (e) {
      return e;
    }
  });
  throw new AggregateError([...failed, new OutOfStock()], "the till\nis open", { cause: failed[0] });
}

if (process.argv[2] === "aggregate") close();
if (process.argv[2] === "rejected") Promise.reject(new OutOfStock("order 17", { cause: "haste" }));
if (process.argv[2] === "thrown_object") throw { code: "E_TILL", order: 17 };
if (process.argv[2] === "logged") {
  try {
    close();
  } catch (e) {
    console.error("closing failed:", e);
  }
}
