import { readFile } from 'node:fs/promises';
async function load(name) {
  return JSON.parse(await readFile(new URL(name, import.meta.url)));
}
await load('./x_esm.mjs');
