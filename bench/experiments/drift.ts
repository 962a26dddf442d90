import { normal, uniform } from "../../domain/base/keyed-random.ts";
import {
  assessDrift,
  DRIFT_FEATURES,
  type DriftDay,
  type DriftFeature,
  type DriftFinding,
  type Histogram,
  joinHistograms,
  stabilityIndex,
} from "../../domain/evaluation/drift.ts";
import { addProduct, driftDay, emptyPart } from "../../domain/evaluation/drift-part.ts";
import type { SkuDays } from "../../domain/evaluation/sku-days.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { HISTORY_DAYS, shopDays } from "./shop.ts";

/** What goes wrong from a day on. */
export type Injection =
  | "none"
  | "prices"
  | "stock"
  | "predictions_high"
  | "predictions_low"
  | "revenue"
  | "stock_outs"
  | "clearance";

const PRODUCTS = 300;
/** Days that the baseline and the weeks before a fall need. */
const SETTLED_DAYS = 35;

/** Findings of each day of a shop, from when there is a baseline; the injection begins on day `from` of these. */
export function playDrift(
  seed: number,
  days: number,
  injection: Injection = "none",
  from = 0,
): DriftFinding[][] {
  const shop = shopDays(seed, PRODUCTS, days + SETTLED_DAYS);
  const history: DriftDay[] = [];
  const histograms: Record<DriftFeature, Histogram>[] = [];
  const found: DriftFinding[][] = [];
  for (let day = 0; day < days + SETTLED_DAYS; day++) {
    const today = HISTORY_DAYS + day + 1;
    const isWrong = day >= SETTLED_DAYS + from;
    const part = emptyPart();
    for (const [i, profits] of shop.profits.entries())
      addProduct(part, productOf(seed, i, profits, today, isWrong ? injection : "none"), today);
    const baseline = histograms.slice(-30);
    const psi: DriftDay["psi"] = {};
    if (baseline.length >= 7)
      for (const feature of DRIFT_FEATURES)
        psi[feature] = stabilityIndex(
          joinHistograms(baseline.map((one) => one[feature])),
          part.histograms[feature],
        );
    histograms.push(part.histograms);
    history.push(driftDay(part, today - 1, psi));
    if (day >= SETTLED_DAYS) found.push(assessDrift(history.slice(-40), DEFAULT_SETTINGS.drift));
  }
  return found;
}

/** The profit of one unit, or of few. */
function leastSold(profits: Float64Array): number {
  return profits.reduce((least, value) => (value > 0 && value < least ? value : least), Number.MAX_VALUE);
}

const WEEK = [0.95, 0.92, 0.94, 0.98, 1.05, 1.12, 1.04];

function productOf(seed: number, i: number, profits: Float64Array, today: number, wrong: Injection) {
  const price = Math.round(2_000 * Math.exp(0.6 * normal(seed, 31, i)));
  const unitProfit = leastSold(profits);
  const window = Array.from(profits.subarray(today - 30, today), (value) => value / unitProfit);
  const factor = wrong === "revenue" ? 0.8 : 1;
  const units = window.map((value, at) => (at === window.length - 1 ? value * factor : value));
  const mean = units.slice(0, 28).reduce((sum, value) => sum + value, 0) / 28;
  const bias = wrong === "predictions_high" ? 1.15 : wrong === "predictions_low" ? 0.8 : 1;
  const isOut = uniform(seed, 32, i, Math.floor(today / 5)) < (wrong === "stock_outs" ? 0.06 : 0.005);
  const stock = Math.round(mean * (10 + 30 * uniform(seed, 33, i, Math.floor(today / 14))) + 3);
  const moved = wrong === "prices" && uniform(seed, 34, i) < 0.5 ? 0.8 : 1;
  const days: SkuDays = {
    first: today - 30,
    units,
    profit: units.map((value) => value * unitProfit),
    revenue: units.map((value) => value * price),
    soldOut: units.map(() => 0),
    price: units.map(() => price),
  };
  return {
    days,
    price: Math.round(price * moved),
    stock: isOut ? 0 : wrong === "stock" ? Math.round(stock * 2.5) : stock,
    clearanceDays: wrong === "clearance" && i === 0 ? 0 : null,
    predicted: mean * WEEK[(today - 1) % 7]! * bias,
  };
}

/** Episodes of findings, a week without any between two, of a shop in which nothing goes wrong. */
export function falseAlarms(seeds: number, days: number): number {
  let alarms = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    let quiet = Number.POSITIVE_INFINITY;
    for (const findings of playDrift(seed, days)) {
      if (findings.length > 0 && quiet >= 7) alarms++;
      quiet = findings.length > 0 ? 0 : quiet + 1;
    }
  }
  return alarms / seeds;
}

/** Days until an injection is found, by seed; null where it never is. */
export function detectionDays(injection: Injection, seeds: number): (number | null)[] {
  return Array.from({ length: seeds }, (_, s) => {
    const found = playDrift(s + 1, 16, injection, 2);
    const day = found.findIndex((findings, at) => at >= 2 && findings.length > 0);
    return day < 0 ? null : day - 1;
  });
}
