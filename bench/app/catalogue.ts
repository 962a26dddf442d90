import { poisson, uniform } from "../../domain/base/keyed-random.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { Api } from "../../scripts/client/api.ts";
import { cutBatches, postBatch, waitUntilDone } from "../../scripts/client/batches.ts";
import { importProducts } from "../../scripts/client/products.ts";
import { startRun, waitForRun } from "../../scripts/client/runs.ts";
import { dayText } from "../../scripts/replay/dates.ts";

const SEED = 20_261_130;
const CATEGORIES = ["Lamps", "Kettles", "Clocks", "Chairs", "Knives", "Tents", "Headphones", "Bottles"];
const COMPETITORS = ["northmart", "lowprice"];
const WEEKS = 16;
const IMPORT_ROWS = 2_000;
const BATCHES_AT_ONCE = 8;
const PATIENCE_MS = 1_800_000;

interface ShopProduct {
  n: number;
  sku: string;
  category: string;
  /** minor units */
  price: number;
  elasticity: number;
}

/** Products whose prices are too high or too low for their elasticity: most of them earn a proposal. */
function productsOf(count: number): ShopProduct[] {
  return Array.from({ length: count }, (_, n) => {
    const category = CATEGORIES[n % CATEGORIES.length]!;
    const sku = `${category.slice(0, 3).toUpperCase()}-${10_000 + n}`;
    const price = Math.round(1_000 * 20 ** uniform(SEED, 1, n));
    return { n, sku, category, price, elasticity: -1.6 - 1.6 * uniform(SEED, 2, n) };
  });
}

const money = (minor: number) => (minor / 100).toFixed(2);

function productRow({ n, sku, category, price }: ShopProduct): object {
  const unitCost = money(price * (0.35 + 0.4 * uniform(SEED, 3, n)));
  const title = `${category.slice(0, -1)} number ${n}`;
  return { sku, title, category, brand: `Brand ${n % 40}`, currency: "EUR", price: money(price), unitCost };
}

/** Weeks of demand of a product; the price changes every two weeks. */
function demandRows({ n, sku, price, elasticity }: ShopProduct, monday: number): object[] {
  const level = 20 * 10 ** uniform(SEED, 4, n);
  return Array.from({ length: WEEKS }, (_, week) => {
    const factor = 0.88 + 0.24 * uniform(SEED, 5, n, week >> 1);
    const units = poisson(level * factor ** elasticity, uniform(SEED, 6, n, week));
    const day = dayText(monday - 7 * (WEEKS - week));
    return { sku, day, period: "week", units, price: money(price * factor) };
  });
}

function observationRows({ n, sku, price }: ShopProduct, observedAt: string): object[] {
  return COMPETITORS.map((competitor, c) => ({
    ...{ sku, competitor, currency: "EUR", availability: "in_stock", observedAt },
    price: money(price * (0.9 + 0.2 * uniform(SEED, 7, n, c))),
  }));
}

/** Posts rows a few batches at a time and waits until they are processed. */
async function post(api: Api, kind: "demand" | "observations", rows: readonly object[]): Promise<void> {
  const batches = cutBatches(kind, "bench", rows);
  for (let at = 0; at < batches.length; at += BATCHES_AT_ONCE)
    await Promise.all(batches.slice(at, at + BATCHES_AT_ONCE).map((batch) => postBatch(api, batch)));
  await waitUntilDone(api, batches, { patience: PATIENCE_MS });
}

/** Fills an install through its API: a catalogue, its demand, two competitors' prices, and what the runs propose. */
export async function fillShop(api: Api, count: number, say: (step: string) => void): Promise<void> {
  const products = productsOf(count);
  for (let at = 0; at < count; at += IMPORT_ROWS)
    await importProducts(api, products.slice(at, at + IMPORT_ROWS).map(productRow));
  say("products are imported");
  const today = Math.floor(Date.now() / DAY_MS);
  const demand = products.flatMap((product) => demandRows(product, today));
  await post(api, "demand", demand);
  say(`${demand.length} weeks of demand are in`);
  const observedAt = new Date().toISOString();
  await post(
    api,
    "observations",
    products.flatMap((product) => observationRows(product, observedAt)),
  );
  say("competitors' prices are in");
  for (const kind of ["elasticity", "proposals"] as const) {
    const { status, counts } = await waitForRun(api, await startRun(api, kind), PATIENCE_MS);
    if (status !== "done") throw new Error(`the ${kind} run ended ${status}`);
    say(`${kind} run: ${JSON.stringify(counts)}`);
  }
}
