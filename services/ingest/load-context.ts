import { database } from "../../db/database.ts";
import { type NamedProduct, readCompetitorRules, readNamedProducts } from "../../db/reads/named-products.ts";
import type { RateTable } from "../../domain/base/exchange-rates.ts";
import { hasDecimals } from "../../domain/base/quantity.ts";
import type { PastPrice, ShardProduct, ShardSettings } from "../../domain/messages/shard.ts";
import { marginFloor, unitEconomics } from "../../domain/pricing/unit-economics.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { WAR_WINDOW_MS } from "../../domain/shard/signals/price-war.ts";
import { renamesOf } from "../catalogue/rename/aliases.ts";
import { readRates } from "../currency/rates.ts";
import { readSettings } from "../settings/settings.ts";
import { resolveCompetitors } from "./competitor-names.ts";
import { recallProduct } from "./known-products.ts";
import { type MappedListing, readMappings } from "./mappings.ts";

/** What the rows of a consumer batch name, so that one read answers for all of them. */
export interface Wanted {
  skus: ReadonlySet<string>;
  gtins: ReadonlySet<string>;
  /** competitors' own numbers and pages: see `mappingKey` */
  mappings?: ReadonlySet<string>;
  /** currencies that rows name, as they are written there */
  currencies?: ReadonlySet<string>;
  /** competitors as rows spell them */
  competitors?: ReadonlySet<string>;
  /** nothing is to be kept */
  dryRun?: boolean;
  /** SKUs that are to be read, even if they were read a moment ago */
  changed?: ReadonlySet<string>;
  /** other names of the rows whose SKU is not a product; asked for only if there are such rows */
  otherNames?(unknown: ReadonlySet<string>): Pick<Wanted, "gtins" | "mappings">;
}

/** The catalogue as far as a batch needs it. */
export interface IngestContext {
  settings: Settings;
  /** by SKU */
  products: ReadonlyMap<string, ShardProduct>;
  /** SKUs that were read now; the shards hold the products of the others already */
  read: ReadonlySet<string>;
  /** SKUs on sale that carry a GTIN, in order */
  skusByGtin: ReadonlyMap<string, string[]>;
  /** competitors that are left out of the market, sorted, and those that are only names of another */
  excluded: readonly string[];
  merged: Readonly<Record<string, string>>;
  /** the competitor that each spelling stands for */
  competitors: ReadonlyMap<string, string>;
  /** of the currencies that rows name and products are not in */
  rates: RateTable;
  /** by `mappingKey` */
  mapped: ReadonlyMap<string, MappedListing>;
}

const NO_RATES: RateTable = new Map();

/** The product of every SKU and GTIN that a batch names, read now unless it was a moment ago, and the settings. */
export async function loadIngestContext(d1: D1Database, wanted: Wanted, now: number): Promise<IngestContext> {
  const context = await loadNamed(d1, wanted, now);
  const unknown = new Set([...wanted.skus].filter((sku) => !context.products.has(sku)));
  if (unknown.size === 0) return context;
  const present = await followRenames(d1, unknown);
  for (const alias of present.keys()) unknown.delete(alias);
  const names = wanted.otherNames?.(unknown) ?? { gtins: new Set() };
  if (present.size === 0 && names.gtins.size === 0 && (names.mappings?.size ?? 0) === 0) return context;
  const found = await loadNamed(
    d1,
    {
      ...wanted,
      skus: new Set([...wanted.skus, ...present.values()]),
      gtins: new Set([...wanted.gtins, ...names.gtins]),
      mappings: new Set([...(wanted.mappings ?? []), ...(names.mappings ?? [])]),
    },
    now,
  );
  return { ...found, products: withAliases(found.products, present) };
}

/**
 * The present SKUs of those that are none of a product's any more.
 * @throws a passing error while a product is about to get one of them: its rows wait
 */
async function followRenames(d1: D1Database, unknown: ReadonlySet<string>): Promise<Map<string, string>> {
  const found = await renamesOf(database(d1), [...unknown]);
  if (found.some(({ seq }) => seq === null))
    throw Object.assign(new Error("a product is being renamed"), { retryable: true });
  return new Map(found.map(({ alias, sku }) => [alias, sku]));
}

/** A product is found by the SKUs that it had before, too. */
function withAliases(
  products: ReadonlyMap<string, ShardProduct>,
  present: ReadonlyMap<string, string>,
): ReadonlyMap<string, ShardProduct> {
  const aliases = [...present].flatMap(([alias, sku]): [string, ShardProduct][] => {
    const product = products.get(sku);
    return product ? [[alias, product]] : [];
  });
  return aliases.length > 0 ? new Map([...products, ...aliases]) : products;
}

async function loadNamed(d1: D1Database, wanted: Wanted, now: number): Promise<IngestContext> {
  const products = new Map<string, ShardProduct>();
  const mapped = await readMappings(d1, wanted.mappings ?? new Set());
  const mappedSkus = [...mapped.values()].map(({ sku }) => sku);
  const named = mapped.size > 0 ? new Set([...wanted.skus, ...mappedSkus]) : wanted.skus;
  for (const sku of named) {
    const known = wanted.changed?.has(sku) ? null : recallProduct(sku, now);
    if (known) products.set(sku, known);
  }
  const unread = named.size > products.size ? [...named].filter((sku) => !products.has(sku)) : [];
  const { competitors: spelt = new Set(), dryRun = false } = wanted;
  const [{ settings }, { excluded, merged }, found, competitors] = await Promise.all([
    readSettings(d1),
    readCompetitorRules(d1),
    readNamedProducts(d1, { skus: unread, gtins: [...wanted.gtins], since: now - WAR_WINDOW_MS }),
    resolveCompetitors(d1, spelt, now, { dryRun }),
  ]);
  const skusByGtin = new Map<string, string[]>();
  for (const product of found) {
    const { sku, gtin, status } = product;
    products.set(sku, shardProduct(product, settings));
    // what is not on sale is found by its own SKU only
    if (gtin !== null && status === "active")
      skusByGtin.set(gtin, [...(skusByGtin.get(gtin) ?? []), sku].sort());
  }
  const foreign = foreignTo(wanted.currencies ?? new Set(), products);
  const rates = foreign.size > 0 ? await readRates(d1, foreign) : NO_RATES;
  const read = new Set(found.map(({ sku }) => sku));
  return { settings, products, read, skusByGtin, mapped, excluded, merged, competitors, rates };
}

/** By hand: a copy of the rest of a row costs several times as much. */
function shardProduct(named: NamedProduct, { pricesIncludeTax }: Settings): ShardProduct {
  const { sku, title, currency, price, status, stock, sensitivity, version, taxRate, pastPrices } = named;
  const active = status === "active";
  const product: ShardProduct = { sku, title, currency, price, stock, sensitivity, version, taxRate, active };
  const { unitCost, feeRate, unitFee, mapPrice, quantityUnit } = named;
  if (unitCost !== null)
    product.breakEven = marginFloor(
      unitEconomics({ unitCost, taxRate, feeRate, unitFee, pricesIncludeTax }),
      0,
    );
  if (mapPrice !== null) product.mapPrice = mapPrice;
  if (hasDecimals(quantityUnit)) product.decimals = true;
  if (pastPrices !== null) product.pastPrices = JSON.parse(pastPrices) as PastPrice[];
  return product;
}

/** The settings that shards work by. */
export function shardSettings({ settings, excluded, merged }: IngestContext): ShardSettings {
  return {
    ...settings.signals,
    timeZone: settings.timeZone,
    ...(excluded.length > 0 ? { excluded: [...excluded] } : {}),
    ...(Object.keys(merged).length > 0 ? { merged } : {}),
  };
}

/** The currencies that rows name and that not all of the products are in; empty while none of them is foreign. */
function foreignTo(
  named: ReadonlySet<string>,
  products: ReadonlyMap<string, ShardProduct>,
): ReadonlySet<string> {
  const currencies = new Set([...named].map((code) => code.trim().toUpperCase()));
  const isHome = (code: string) => [...products.values()].every(({ currency }) => currency === code);
  return [...currencies].every(isHome) ? new Set() : currencies;
}
