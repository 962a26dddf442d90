import { and, eq } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { products } from "../../db/schema.ts";
import { convertAt } from "../../domain/base/exchange-rates.ts";
import { type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { invalidField } from "../../domain/contract/problem.ts";
import { HORIZON_DAYS } from "../../domain/pricing/optimisation/sales.ts";
import { textKey } from "../../domain/pricing/optimisation/thompson.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../domain/runs/manifest.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import {
  decideWhatIf,
  priceWhatIf,
  type WhatIfProduct,
  type WhatIfTotals,
  whatIfTotals,
} from "../../domain/runs/what-if.ts";
import type { Settings, SettingsChange } from "../../domain/settings/settings.ts";
import { followSkus } from "../catalogue/rename/aliases.ts";
import type { ServiceContext } from "../context.ts";
import { readRates } from "../currency/rates.ts";
import { giveWay } from "../give-way.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import type { ShardPort } from "../ports.ts";
import { usualCosts } from "../runs/manifest.ts";
import { readPricingSnapshots } from "../runs/pricing-snapshots.ts";
import type { ReadHistories } from "../runs/run-record.ts";
import { type RunScope, skusInScope } from "../runs/start-run.ts";
import { readSettings } from "../settings/settings.ts";
import { settingsAfter } from "../settings/settings-after.ts";

/** Products that are decided while the caller waits; of a larger scope a sample is. */
export const WHAT_IF_MAX = 500;
/** Products that are read, or decided, at once: others have a turn between two such groups. */
const AT_ONCE = 50;
/** Products that are named in the answer: those whose profit would change most. */
const NAMED_MAX = 50;
const SEED = 1;
/** Of an amount this large, a rate keeps its six digits. */
const RATE_MINOR = 100_000_000;

interface WhatIf {
  settings?: SettingsChange | undefined;
  /** prices that a person names; only these products are looked at, unless there is a scope */
  prices?: { sku: string; price: MoneyInput }[] | undefined;
  /** every product's elasticity is taken to be this */
  elasticity?: number | undefined;
  scope?: RunScope | undefined;
}

/** How the shards are reached. */
interface Reach {
  readHistories: ReadHistories;
  addresses: ShardPort["addresses"];
}

/** What would be, beside what the settings in force would make of the same products. */
export interface WhatIfAnswer {
  currency: string;
  horizonDays: number;
  /** products looked at, and products in the scope */
  considered: number;
  of: number;
  asked: WhatIfTotals;
  asSet: WhatIfTotals;
  /** those that differ most, each with what the settings in force would make of it */
  products: { asked: WhatIfProduct; asSet: WhatIfProduct }[];
}

/**
 * Says what other settings, or other prices, would come to. Nothing is kept.
 *
 * @throws ProblemError invalid, naming the field: an unknown SKU, a price that is none, settings that contradict
 */
export async function askWhatIf(
  ctx: ServiceContext,
  what: WhatIf,
  { readHistories, addresses }: Reach,
): Promise<WhatIfAnswer> {
  const { settings: inForce } = await readSettings(ctx.d1);
  const next = what.settings === undefined ? inForce : settingsAfter(inForce, what.settings);
  const asked = what.prices === undefined ? null : await namedPrices(ctx, what.prices);
  const scope = what.scope ?? (asked ? { skus: [...asked.keys()] } : {});
  const all = await skusInScope(ctx, scope);
  const skus = sampleOf(all, asked, await addresses());
  const readUnder = (settings: Settings) =>
    inTurns(ctx, skus, (some) =>
      readPricingSnapshots(ctx, { run: { asOf: ctx.now, settings }, skus: some, readHistories }),
    );
  const snapshots = await readUnder(inForce);
  // what is read of a product depends on the settings too, such as its civil days
  const changed = what.settings === undefined ? snapshots : await readUnder(next);
  const before = await manifestFor(ctx, inForce, all.length);
  const after: RunManifest = { ...before, settings: next, configHash: configHash(next) };
  const supposed = supposing(changed, what.elasticity);
  const decideUnder = (manifest: RunManifest, those: PricingSnapshot[]) =>
    inTurns(ctx, those, (some) => decideWhatIf(some, manifest));
  const decided = (await decideUnder(after, supposed)).map((product, i) => {
    const price = asked?.get(product.sku);
    return price === undefined ? product : priceWhatIf(supposed[i]!, price, after);
  });
  const asSet = await decideUnder(before, snapshots);
  const factorOf = await factors(ctx, snapshots, inForce.currency);
  const scale = snapshots.length === 0 ? 1 : all.length / snapshots.length;
  const sum = (those: WhatIfProduct[]) => whatIfTotals(those, factorOf, scale);
  return {
    currency: inForce.currency,
    horizonDays: HORIZON_DAYS,
    ...{ considered: snapshots.length, of: all.length },
    ...{ asked: sum(decided), asSet: sum(asSet), products: mostDifferent(decided, asSet) },
  };
}

/**
 * The same products whenever it is asked. They are of few shards, each of which has a fair share of every kind: which one
 * holds a SKU says nothing of its product. So few objects are asked.
 */
function sampleOf(
  skus: readonly string[],
  asked: ReadonlyMap<string, number> | null,
  shardOf: (sku: string) => number,
): string[] {
  if (skus.length <= WHAT_IF_MAX) return [...skus];
  const ranked = skus.map((sku) => ({
    sku,
    shard: asked?.has(sku) ? -1 : textKey(`${shardOf(sku)}`),
    place: textKey(sku),
  }));
  ranked.sort((a, b) => a.shard - b.shard || a.place - b.place || (a.sku < b.sku ? -1 : 1));
  return ranked.slice(0, WHAT_IF_MAX).map(({ sku }) => sku);
}

/** Does something with all of them, a few at once. */
async function inTurns<T, R>(
  ctx: ServiceContext,
  all: readonly T[],
  work: (some: T[]) => R[] | Promise<R[]>,
): Promise<R[]> {
  const done: R[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    done.push(...(await work(all.slice(start, start + AT_ONCE))));
    await giveWay(ctx);
  }
  return done;
}

async function namedPrices(
  { db }: ServiceContext,
  prices: readonly { sku: string; price: MoneyInput }[],
): Promise<Map<string, number>> {
  const { sku, currency, status } = products;
  const named = await followSkus(
    db,
    prices.map((one) => one.sku),
  );
  const rows = await db
    .select({ sku, currency })
    .from(products)
    .where(and(eq(status, "active"), isAmong(sku, named)));
  const currencyOf = new Map(rows.map((row) => [row.sku, row.currency]));
  return new Map(
    prices.map(({ price }, i) => {
      const of = named[i]!;
      const known = currencyOf.get(of);
      if (known === undefined)
        throw invalidField(`prices.${i}.sku`, "unknown_sku", `no active product ${of}`);
      const amount = parseMinor(price, known);
      if (!amount.ok) throw invalidField(`prices.${i}.price`, amount.code, `this is not a price in ${known}`);
      if (amount.minor <= 0)
        throw invalidField(`prices.${i}.price`, "non_positive_price", "a price is above zero");
      return [of, amount.minor];
    }),
  );
}

async function manifestFor(ctx: ServiceContext, settings: Settings, skus: number): Promise<RunManifest> {
  const [overrides, costRatios] = await Promise.all([overridesAt(ctx.db, ctx.now), usualCosts(ctx.db)]);
  return {
    ...{ runId: "what-if", kind: "proposals", asOf: ctx.now, seed: SEED, skus, catalogue: skus },
    ...{ codeVersion: CODE_VERSION, configHash: configHash(settings), settings },
    ...{ previous: null, overrides, costRatios },
  };
}

/** The products as they would be if each had this elasticity. */
function supposing(snapshots: PricingSnapshot[], mean: number | undefined): PricingSnapshot[] {
  if (mean === undefined) return snapshots;
  return snapshots.map((snapshot) => {
    const { elasticity } = snapshot.own;
    return elasticity === null
      ? snapshot
      : { ...snapshot, own: { ...snapshot.own, elasticity: { ...elasticity, mean } } };
  });
}

async function factors(ctx: ServiceContext, snapshots: readonly PricingSnapshot[], to: string) {
  const currencies = new Set(snapshots.map(({ own }) => own.currency));
  const rates = await readRates(ctx.d1, currencies);
  const known = new Map(
    [...currencies].map((from) => {
      const converted = convertAt(RATE_MINOR, { from, to }, ctx.now, rates);
      return [from, converted && converted.minor / RATE_MINOR];
    }),
  );
  return (currency: string) => known.get(currency) ?? null;
}

function mostDifferent(asked: WhatIfProduct[], asSet: WhatIfProduct[]): WhatIfAnswer["products"] {
  const gain = ({ expected, atCurrent }: WhatIfProduct) =>
    expected === null || atCurrent === null ? 0 : Math.abs(expected.profit - atCurrent.profit);
  return asked
    .map((product, i) => ({ asked: product, asSet: asSet[i]! }))
    .filter((pair) => pair.asked.to !== pair.asSet.to || pair.asked.verdict !== pair.asSet.verdict)
    .sort((a, b) => gain(b.asked) - gain(a.asked) || (a.asked.sku < b.asked.sku ? -1 : 1))
    .slice(0, NAMED_MAX);
}
