class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) { super(message, options); this.name = "StoreError"; }
}
async function read(id: number): Promise<string> {
  await Promise.resolve();
  return JSON.parse(`{"id": ${id}`).name;
}
async function ship(id: number) {
  try {
    return await read(id);
  } catch (e) {
    throw new StoreError(`cannot ship ${id}`, { cause: e });
  }
}
await ship(7);
