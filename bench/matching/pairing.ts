import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CatalogueIndex } from "../../domain/matching/catalogue-index.ts";

/** A product of one of two shops. */
interface Ware {
  store: string;
  id: string;
  name: string;
  price: number;
  pack: string;
}

/** The products of a cart file, in its order: the two shops' matching products take turns. */
function readCart(file: string): Ware[] {
  const wares = new Map<string, Ware>();
  for (const line of readFileSync(file, "utf8").split(/\r?\n/).slice(1)) {
    const [store, id, name, , price, , quantity, unit] = line.split(";");
    if (!store || !id || !name || wares.has(`${store} ${id}`)) continue;
    wares.set(`${store} ${id}`, { store, id, name, price: Number(price), pack: `${quantity} ${unit}` });
  }
  return [...wares.values()];
}

/** Of each product of one shop, is the likeliest of the other shop's the one that stands beside it? */
export function benchPairing(folder: string, name: string) {
  const wares = readCart(join(folder, name));
  const pairs: [Ware, Ware][] = [];
  for (let i = 0; i + 1 < wares.length; i += 2) {
    const [one, other] = [wares[i]!, wares[i + 1]!];
    if (one.store !== other.store) pairs.push([one, other]);
    else i--;
  }
  const index = new CatalogueIndex();
  index.put(
    pairs.map(([one]) => ({
      sku: one.id,
      title: `${one.name} ${one.pack}`,
      price: one.price,
      isActive: true,
    })),
  );
  let right = 0;
  for (const [one, other] of pairs) {
    const [best] = index.likeliest({ title: `${other.name} ${other.pack}`, price: other.price }, 1);
    right += Number(best?.sku === one.id);
  }
  return { pairs: pairs.length, top1: right / pairs.length };
}
