import { packBehaviour } from "../demand/day-behaviour.ts";
import type { DemandDayState, DemandRow } from "../messages/shard.ts";
import type { DemandDay, SkuState } from "./state.ts";

/** Days kept per SKU, three years and a bit; of a day before them D1 knows more than the shard. */
const DEMAND_DAYS_MAX = 1200;
/** Rows remembered per day: corrections of one day are few, and a chunk is sent again soon or never. */
const TAKES_MAX = 16;

/**
 * taken: the day's content is new · again: this very row came before, `accepted` is what it got · duplicate:
 * same content
 */
export type DemandOutcome = { kind: "taken" } | { kind: "again"; accepted: boolean } | { kind: "duplicate" };

/** Takes a day of demand: the last to arrive replaces the day, the same content again is a duplicate. */
export function takeDemand(sku: SkuState, row: DemandRow, tag: number): DemandOutcome {
  const before = sku.demand.get(row.day);
  const earlier = before?.takes.find((take) => take.tag === tag);
  if (earlier) return { kind: "again", accepted: earlier.accepted };
  const revenue = row.revenue ?? row.units * row.price;
  const content = {
    units: row.units,
    revenue,
    price: row.price,
    inStockShare: row.inStockShare,
    promo: row.promo,
    views: row.views,
    carts: row.carts,
  };
  // a day that is made of events is replaced even by the same: later events are no longer added to it
  if (before && before.takes.length > 0 && sameContent(before, content)) {
    before.takes = [...before.takes, { tag, accepted: false }].slice(-TAKES_MAX);
    return { kind: "duplicate" };
  }
  sku.demandVersion++;
  sku.demand.set(row.day, {
    ...content,
    version: sku.demandVersion,
    takes: [...(before?.takes ?? []), { tag, accepted: true }].slice(-TAKES_MAX),
  });
  if (sku.demand.size > DEMAND_DAYS_MAX) sku.demand.delete(oldestDay(sku));
  return { kind: "taken" };
}

/** A day as the projection writes it, or null if it is not kept. */
export function demandDayState(sku: SkuState, day: string): DemandDayState | null {
  const found = sku.demand.get(day);
  if (!found) return null;
  const { takes: _, ...content } = found;
  const counted = sku.shop?.activity.days.get(day);
  return {
    day,
    ...content,
    ...(counted && counted.hours.size > 0 ? { behaviour: packBehaviour(counted) } : {}),
  };
}

type DemandContent = Omit<DemandDay, "version" | "takes">;

function sameContent(a: DemandContent, b: DemandContent): boolean {
  return (
    a.units === b.units &&
    a.revenue === b.revenue &&
    a.price === b.price &&
    a.inStockShare === b.inStockShare &&
    a.promo === b.promo &&
    a.views === b.views &&
    a.carts === b.carts
  );
}

function oldestDay(sku: SkuState): string {
  let oldest = "9999-12-31";
  for (const day of sku.demand.keys()) if (day < oldest) oldest = day;
  return oldest;
}
