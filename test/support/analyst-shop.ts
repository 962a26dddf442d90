import type { Api } from "../../scripts/client/api.ts";
import { cutBatches, postBatch, waitUntilDone } from "../../scripts/client/batches.ts";
import { postShop, runToEnd } from "./posting.ts";
import { generateShop, type Shop, today } from "./shop.ts";

interface Listed {
  sku: string;
  title: string;
  price: string;
}

/** A shop of ninety products with two competitors, in which a morning's work is waiting. */
export const shop: Shop & { products: Listed[] } = generateShop({
  categories: { Lamps: -2.6, Kettles: -1.8, Clocks: -3.1 },
  skusPerCategory: 30,
  days: 90,
  priceRange: 0.2,
  competitors: ["northmart", "lowprice"],
  seed: 7,
  today: today(),
}) as Shop & { products: Listed[] };

/** What a scraper sees just now. */
export async function see(api: Api, rows: readonly object[]): Promise<void> {
  const observedAt = new Date().toISOString();
  const seen = rows.map((row) => ({ currency: "EUR", availability: "in_stock", observedAt, ...row }));
  const batches = cutBatches("observations", "scraper", seen);
  for (const batch of batches) await postBatch(api, batch);
  await waitUntilDone(api, batches, { patience: 60_000 });
}

/** A share of a product's own price, as money. */
export const shareOf = ({ price }: Listed, share: number): string => (Number(price) * share).toFixed(2);

/**
 * The night before: the shop's history is learned from, prices are proposed, one observed price looks like a slip of
 * the decimal point, and one listing belongs to no product yet.
 */
export async function prepareMorning(api: Api): Promise<void> {
  await postShop(api, shop);
  await runToEnd(api, "elasticity");
  const [slipped, unnamed] = shop.products as [Listed, Listed];
  await see(api, [
    { sku: slipped.sku, competitor: "northmart", price: shareOf(slipped, 10) },
    { competitor: "lowprice", competitorSku: "LP-77", title: unnamed.title, price: shareOf(unnamed, 0.99) },
  ]);
  await runToEnd(api, "proposals");
}
