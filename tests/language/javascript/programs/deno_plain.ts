function total(lines: { price?: { amount: number } }[]): number {
  return lines.map((l) => l.price!.amount).reduce((a, b) => a + b, 0);
}
setTimeout(() => total([{}]), 1);
