interface Row { id: number; price?: { amount: number } }
class Basket<T extends Row> {
  constructor(private_rows: T[]) { this.rows = private_rows; }
  rows: T[];
  total(): number { return this.rows.map((r: T) => r.price!.amount).reduce((a, b) => a + b, 0); }
}
new Basket<Row>([{ id: 1 }]).total();
