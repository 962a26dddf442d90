import { countsBetween, type ShopActivity } from "../demand/activity.ts";
import { type Baseline, baselineOf } from "../demand/baseline.ts";
import { countOf } from "../demand/counters.ts";
import { demandWeek, expectedUnits } from "../demand/hourly-baseline.ts";
import { SCAN_HOURS, type ScannedDemand } from "../demand/surge-scan.ts";
import { civilDay } from "../time/civil-day.ts";
import type { MarketView } from "./market-view.ts";

const HOUR_MS = 3_600_000;

/** A SKU's usual demand, and its newest events against it. */
export interface ShopDemand extends ScannedDemand {
  baseline: Baseline;
  activity: ShopActivity;
}

/** Several signals ask the same of one view. */
const usual = new WeakMap<MarketView, { baseline: Baseline | null }>();
const compared = new WeakMap<MarketView, { demand: ShopDemand | null }>();

/** The SKU's usual demand before today, or null if its past is too short. */
export function usualDemand(view: MarketView): Baseline | null {
  const known = usual.get(view);
  if (known !== undefined) return known.baseline;
  const { shop, clock } = view;
  const baseline = shop === undefined ? null : baselineOf(shop.demand, civilDay(clock, shop.timeZone));
  usual.set(view, { baseline });
  return baseline;
}

/** The demand that events tell of, against the usual of these hours of the week; null where either is unknown. */
export function shopDemand(view: MarketView): ShopDemand | null {
  const known = compared.get(view);
  if (known !== undefined) return known.demand;
  const demand = compareDemand(view);
  compared.set(view, { demand });
  return demand;
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
