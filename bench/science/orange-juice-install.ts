import { dayOfNumber } from "../../domain/base/time.ts";
import { DEFAULT_CONFIG } from "../../domain/learning/elasticity/state.ts";
import type { FeatureDay, SkuFeatures } from "../../domain/learning/features/sku-features.ts";
import { elasticitySeries } from "../../domain/learning/features/sku-features.ts";
import { poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../domain/runs/identify.ts";
import type { SkuSnapshot, WeeklySku } from "../../domain/runs/learned.ts";
import { manifestOf } from "./catalogue.ts";
import { groupOf, type JuiceRow } from "./orange-juice.ts";
import { predictLog } from "./predict-units.ts";

/** Cents of the usual carton for a price an ounce, so that prices are whole numbers of a currency. */
const CENTS = 64 * 100;
const FIRST_WEEK_DAY = 7_000;
const WEEK_DAYS = 7;
/** Longest pause between rows that a weekly fit takes into account. */
const GAP_DAYS_MAX = 8 * WEEK_DAYS;

/** What the two columns of promotions are called; a shop may call them anything. */
export type PromotionNames = readonly [deal: string, feat: string];

function featureDay(row: JuiceRow, [deal, feat]: PromotionNames): FeatureDay {
  const promotions = Object.fromEntries(
    [[deal, row.deal] as const, [feat, row.feat] as const].filter(([, value]) => value > 0),
  );
  const promo = Object.keys(promotions).length > 0;
  return {
    day: dayOfNumber(FIRST_WEEK_DAY + WEEK_DAYS * row.week),
    period: "week",
    units: Math.round(Math.exp(row.logUnits)),
    price: Math.round(CENTS * Math.exp(row.logPrice)),
    cheapest: Math.round(CENTS * Math.exp(row.logCompetitor)),
    exposure: 1,
    promo,
    ...(promo && { promotions }),
  };
}

function featuresOf(
  rows: readonly JuiceRow[],
  from: number,
  to: number,
  names: PromotionNames,
): SkuFeatures[] {
  const chosen = rows.filter(({ week }) => week >= from && week <= to).sort((a, b) => a.week - b.week);
  return [...Map.groupBy(chosen, groupOf)].map(([sku, own]) => ({
    ...{ sku, category: `brand-${own[0]!.brand}`, currency: "USD", offers: [] },
    days: own.map((row) => featureDay(row, names)),
  }));
}

/** Weeks as a shop imports them, learned by the functions of an elasticity run. */
export function learnJuice(
  rows: readonly JuiceRow[],
  { from, to }: { from: number; to: number },
  names: PromotionNames,
): ReadonlyMap<string, WeeklySku> {
  const snapshots = featuresOf(rows, from, to, names).map((features): SkuSnapshot => {
    const price = features.days.at(-1)!.price;
    return {
      features,
      price,
      ...{ competitors: [], track: null, stock: null, restockDate: null, unitsToday: null, sales: null },
    };
  });
  const manifest = manifestOf("elasticity", snapshots.length);
  const filtered = identifiedFilters(snapshots, manifest);
  const inputs = filtered.map((filter, i) => poolInput(filter!, snapshots[i]!, manifest));
  return poolSkus(inputs, manifest).weekly;
}

/** RMSE of ln units of later weeks, their prices and promotions known. */
export function heldOutError(
  rows: readonly JuiceRow[],
  { from, to }: { from: number; to: number },
  learned: ReadonlyMap<string, WeeklySku>,
  names: PromotionNames,
): number {
  let squares = 0;
  let count = 0;
  for (const features of featuresOf(rows, from, to, names)) {
    const state = learned.get(features.sku)?.state;
    if (state === undefined) continue;
    elasticitySeries(features).periods.forEach((row, i) => {
      const covariates = state.covariateNames.map(
        (name) => features.days[i]!.promotions?.[name.replace("promo ", "")] ?? 0,
      );
      const { mean } = predictLog(
        state,
        { ...row, covariates },
        { ...DEFAULT_CONFIG, gapDaysMax: GAP_DAYS_MAX },
      );
      squares += (Math.log(row.units) - mean) ** 2;
      count++;
    });
  }
  return Math.sqrt(squares / count);
}
