import type { RateTable } from "../../domain/base/exchange-rates.ts";
import type { PastPrice, ShardProduct, ShardSettings } from "../../domain/messages/shard.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { WAR_WINDOW_MS } from "../../domain/shard/signals/price-war.ts";
import { readRates } from "../currency/rates.ts";
import { readSettings } from "../settings/settings.ts";
import { recallProduct } from "./known-products.ts";
import { readMappings } from "./mappings.ts";

/** What the rows of a consumer batch name, so that one read answers for all of them. */
export interface Wanted {
  skus: ReadonlySet<string>;
  gtins: ReadonlySet<string>;
  /** competitors' own numbers and pages: see `mappingKey` */
  mappings?: ReadonlySet<string>;
  /** currencies that rows name, as they are written there */
  currencies?: ReadonlySet<string>;
  /** SKUs that are to be read, even if they were read a moment ago */
  changed?: ReadonlySet<string>;
  /** other names of the rows whose SKU is not a product; asked for only if there are such rows */
  otherNames?(unknown: ReadonlySet<string>): Pick<Wanted, "gtins" | "mappings">;
}

/** The catalogue as far as a batch needs it. */
export interface IngestContext {
  settings: Settings;
  ours: ReadonlyMap<string, ShardProduct>;
  /** SKUs that were read now; the shards of the others hold our side already */
  read: ReadonlySet<string>;
  /** SKUs that carry a GTIN, in order */
  skusByGtin: ReadonlyMap<string, string[]>;
  /** competitors that are left out of the market, sorted */
  excluded: readonly string[];
  /** of the currencies that rows name and products are not in */
  rates: RateTable;
  /** by `mappingKey` */
  skuByMapping: ReadonlyMap<string, string>;
}

interface ProductRow {
  sku: string;
  title: string;
  currency: string;
  price: number;
  status: string;
  stock: number | null;
  sensitivity: ShardProduct["sensitivity"];
  version: number;
  gtin: string | null;
  taxRate: number | null;
  /** as JSON; null = the price has not changed lately */
  pastPrices: string | null;
}

const NO_RATES: RateTable = new Map();

/** What the ledger says we asked since ?3: looked up only for a price that has changed since, which few have. */
const PAST_PRICES = `CASE WHEN price_since > ?3 THEN (
  SELECT json_group_array(json_object('price', from_price, 'until', at)) FROM (
    SELECT from_price, at FROM price_ledger AS l WHERE l.sku = products.sku AND l.at > ?3
      AND l.currency = products.currency AND l.from_price <> l.to_price ORDER BY l.at, l.seq)) END`;

const COLUMNS = `sku, title, currency, price, status, stock, sensitivity, version, gtin, tax_rate AS taxRate,
  ${PAST_PRICES} AS pastPrices`;

/** Our side of every SKU and GTIN that a batch names, read now unless it was a moment ago; the settings in force. */
export async function loadIngestContext(d1: D1Database, wanted: Wanted, now: number): Promise<IngestContext> {
  const context = await loadNamed(d1, wanted, now);
  const unknown = new Set([...wanted.skus].filter((sku) => !context.ours.has(sku)));
  if (unknown.size === 0 || wanted.otherNames === undefined) return context;
  const names = wanted.otherNames(unknown);
  if (names.gtins.size === 0 && (names.mappings?.size ?? 0) === 0) return context;
  return loadNamed(
    d1,
    {
      ...wanted,
      gtins: new Set([...wanted.gtins, ...names.gtins]),
      mappings: new Set([...(wanted.mappings ?? []), ...(names.mappings ?? [])]),
    },
    now,
  );
}

async function loadNamed(d1: D1Database, wanted: Wanted, now: number): Promise<IngestContext> {
  const ours = new Map<string, ShardProduct>();
  const skuByMapping = await readMappings(d1, wanted.mappings ?? new Set());
  const named = skuByMapping.size > 0 ? new Set([...wanted.skus, ...skuByMapping.values()]) : wanted.skus;
  for (const sku of named) {
    const side = wanted.changed?.has(sku) ? null : recallProduct(sku, now);
    if (side) ours.set(sku, side);
  }
  const unread = named.size > ours.size ? [...named].filter((sku) => !ours.has(sku)) : [];
  const [{ settings }, excluded, products] = await Promise.all([
    readSettings(d1),
    readExcluded(d1),
    readProducts(d1, unread, wanted.gtins, now),
  ]);
  const skusByGtin = new Map<string, string[]>();
  for (const product of products) {
    const { sku, gtin } = product;
    ours.set(sku, ourSide(product));
    if (gtin !== null) skusByGtin.set(gtin, [...(skusByGtin.get(gtin) ?? []), sku].sort());
  }
  const foreign = foreignTo(wanted.currencies ?? new Set(), ours);
  const rates = foreign.size > 0 ? await readRates(d1, foreign) : NO_RATES;
  const read = new Set(products.map(({ sku }) => sku));
  return { settings, ours, read, skusByGtin, skuByMapping, excluded, rates };
}

/** By hand: a copy of the rest of a row costs several times as much. */
function ourSide(product: ProductRow): ShardProduct {
  const { sku, title, currency, price, status, stock, sensitivity, version, taxRate, pastPrices } = product;
  const active = status === "active";
  const side: ShardProduct = { sku, title, currency, price, stock, sensitivity, version, taxRate, active };
  if (pastPrices !== null) side.pastPrices = JSON.parse(pastPrices) as PastPrice[];
  return side;
}

/** What the shards are to work by. */
export function shardSettings({ settings, excluded }: IngestContext): ShardSettings {
  return {
    ...settings.signals,
    timeZone: settings.timeZone,
    ...(excluded.length > 0 ? { excluded: [...excluded] } : {}),
  };
}

async function readExcluded(d1: D1Database): Promise<string[]> {
  const { results } = await d1
    .prepare("SELECT id FROM competitors WHERE include = 0 ORDER BY id")
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** The currencies that rows name and that not all of the products are in; empty while none of them is foreign. */
function foreignTo(named: ReadonlySet<string>, ours: ReadonlyMap<string, ShardProduct>): ReadonlySet<string> {
  const currencies = new Set([...named].map((code) => code.trim().toUpperCase()));
  const isHome = (code: string) => [...ours.values()].every(({ currency }) => currency === code);
  return [...currencies].every(isHome) ? new Set() : currencies;
}

async function readProducts(
  d1: D1Database,
  skus: readonly string[],
  gtins: ReadonlySet<string>,
  now: number,
): Promise<ProductRow[]> {
  if (skus.length === 0 && gtins.size === 0) return [];
  const { results } = await d1
    .prepare(
      `SELECT ${COLUMNS} FROM products WHERE sku IN (SELECT value FROM json_each(?1))
       UNION SELECT ${COLUMNS} FROM products WHERE gtin IN (SELECT value FROM json_each(?2))`,
    )
    .bind(JSON.stringify(skus), JSON.stringify([...gtins]), now - WAR_WINDOW_MS)
    .all<ProductRow>();
  return results;
}
