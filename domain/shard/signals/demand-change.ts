import { civilDay, DAY_MS, HOUR_MS } from "../../base/time.ts";
import { countsBetween } from "../demand/activity.ts";
import { type Baseline, baselineOf, demandWeek, expectedUnits } from "../demand/baseline.ts";
import { countOf } from "../demand/counters.ts";
import { dayRatio, SCAN_HOURS, type ScanResult, scanSlump, scanSurge } from "../demand/surge-scan.ts";
import { inStockShare } from "../demand/warehouse.ts";
import type { Reading, SignalContent, SkuDefinition } from "./definition.ts";
import type { MarketView, ShopDemand } from "./market-view.ts";
import { round2 } from "./wording.ts";

/** The SKU's usual demand before today, or null if its past is too short. */
export function usualDemand({ shop, clock }: MarketView): Baseline | null {
  if (shop === undefined) return null;
  const { computed } = shop;
  if (computed.usual === undefined) computed.usual = baselineOf(shop.demand, civilDay(clock, shop.timeZone));
  return computed.usual;
}

/** The demand that events show, against the usual of these hours of the week; null where either is unknown. */
export function shopDemand(view: MarketView): ShopDemand | null {
  if (view.shop === undefined) return null;
  const { computed } = view.shop;
  if (computed.demand === undefined) computed.demand = compareDemand(view);
  return computed.demand;
}

function compareDemand(view: MarketView): ShopDemand | null {
  const { shop, clock } = view;
  const activity = shop?.activity ?? null;
  const baseline = activity === null ? null : usualDemand(view);
  if (shop === undefined || activity === null || baseline === null || activity.lastAt === 0) return null;
  const past = { demand: shop.demand, activity, clock, timeZone: shop.timeZone };
  const week = demandWeek(past, baseline);
  const units = new Map(
    SCAN_HOURS.map((hours) => [
      hours as number,
      countOf(countsBetween(activity, clock - hours * HOUR_MS, clock), "units"),
    ]),
  );
  const expected = new Map(
    SCAN_HOURS.map((hours) => [hours as number, expectedUnits(week, baseline.perDay, hours, past)]),
  );
  return {
    baseline,
    activity,
    unitsOf: (hours) => units.get(hours) ?? 0,
    expectedOf: (hours) => expected.get(hours) ?? 0,
  };
}

/** Factor over or under the usual at which the severity reaches 1. */
const RATIO_SEVERE = 5;
/** The signal stays open while the last day's demand is off the usual by more than this factor. */
const RATIO_OVER = 1.2;
/** Days of past demand at which the confidence reaches 1. */
const DAYS_SURE = 28;
/** After this long without any event the shop may be cut off, which is no slump. */
const SILENT_MS = 6 * HOUR_MS;
/** From this in-stock share on, a day counts as fully in stock. */
const IN_STOCK_MIN = 0.95;
/** Largest order of magnitude shown: a smaller chance is 0 in a double. */
const LOG_CHANCE_MAX = 300;
/** Orders of magnitude are rounded down to steps of this, so that small changes do not update the signal. */
const STEP = 0.5;

function surge(view: MarketView): ScanResult | null {
  const demand = shopDemand(view);
  return demand === null ? null : scanSurge(demand, view.settings);
}

function slump(view: MarketView): ScanResult | null {
  const demand = canSlump(view) ? shopDemand(view) : null;
  return demand === null ? null : scanSlump(demand, view.settings);
}

/** A slump needs a whole day of sales posted as events, and stock throughout it. */
function canSlump(view: MarketView): boolean {
  const demand = shopDemand(view);
  if (demand === null || !view.product.active || view.product.stock === 0) return false;
  const { firstAt, lastAt } = demand.activity;
  if (view.clock - firstAt < DAY_MS || view.clock - lastAt > SILENT_MS) return false;
  const share = inStockShare(view.shop?.warehouses ?? [], view.clock - DAY_MS, view.clock);
  return share === null || share >= IN_STOCK_MIN;
}

/** Chances are compared by their order of magnitude, −log₁₀. */
function reading(view: MarketView, found: ScanResult | null, lingers: boolean): Reading {
  const threshold = -Math.log10(view.settings.surgeChance);
  if (found === null) return { value: 0, threshold, lingers };
  const order = Math.min(LOG_CHANCE_MAX, -Math.log10(found.chance));
  const value = threshold + Math.floor((order - threshold) / STEP) * STEP;
  return { value, threshold, inclusive: true, lingers };
}

function describeScan(view: MarketView, found: ScanResult | null): SignalContent {
  const { units, expected, hours } = found ?? { units: 0, expected: 0, hours: 24 };
  const ratio = expected > 0 ? Math.max(units, 0.5) / expected : 1;
  const days = shopDemand(view)?.baseline.days ?? 0;
  return {
    severity: Math.min(1, Math.abs(Math.log(ratio)) / Math.log(RATIO_SEVERE)),
    confidence: Math.min(1, days / DAYS_SURE),
    evidence: { units, expected: round2(expected), windowHours: hours, ratio: round2(ratio) },
    message: `${units} sold in ${hours} h; ${round2(expected)} are usual.`,
  };
}

/** Far more is sold than usual. */
export const DEMAND_SURGE: SkuDefinition = {
  type: "DEMAND_SURGE",
  scope: "sku",
  about: "shop",
  priorities: [1, 1, 2],
  advice: [
    "Check that the stock lasts and the price still fits.",
    "Check that the stock lasts and the price still fits.",
    "Check that the stock lasts; there may be room to raise the price.",
  ],
  read: (view) => {
    const demand = shopDemand(view);
    return demand && reading(view, surge(view), dayRatio(demand) >= RATIO_OVER);
  },
  describe: (view) => describeScan(view, surge(view)),
};

/** Far less is sold than usual, though there is stock. */
export const DEMAND_SLUMP: SkuDefinition = {
  type: "DEMAND_SLUMP",
  scope: "sku",
  about: "shop",
  opensByTime: true,
  priorities: [1, 2, 2],
  advice: [
    "Check whether the market has moved below our price.",
    "Check that the page works and the price still fits.",
    "Check that the page works.",
  ],
  read: (view) => {
    const demand = shopDemand(view);
    return demand && reading(view, slump(view), canSlump(view) && dayRatio(demand) <= 1 / RATIO_OVER);
  },
  describe: (view) => describeScan(view, slump(view)),
};
