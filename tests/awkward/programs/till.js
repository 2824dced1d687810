// Dies as it is told.
const price = (order) => order.items[0].price;

if (process.argv[2] === "throws") {
  price({ items: [] });
}
