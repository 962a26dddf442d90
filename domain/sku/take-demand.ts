import { packBehaviour } from "../demand/day-behaviour.ts";
import type { DemandDayState } from "../messages/present.ts";
import type { DemandRow } from "../messages/rows.ts";
import type { DemandDay, DemandPost, SkuState } from "./state.ts";

/** Days kept per SKU, three years and a bit; of a day before them D1 knows more than the shard. */
const DEMAND_DAYS_MAX = 1200;
/** Repeats remembered per day: a chunk is sent again soon or never, and a forgotten repeat changes nothing either. */
const REPEATS_MAX = 16;

/**
 * taken: the day's content is new · again: nothing changes, since this very row came before or a later one is there;
 * `accepted` is what it got or gets · duplicate: same content
 */
export type DemandOutcome = { kind: "taken" } | { kind: "again"; accepted: boolean } | { kind: "duplicate" };

/**
 * Takes a day of demand. The last to be received replaces the day, whatever the order in which rows come here; the same
 * content again is a duplicate.
 */
export function takeDemand(
  sku: SkuState,
  row: DemandRow,
  origin: { receivedAt: number; tag: number },
): DemandOutcome {
  const { receivedAt, tag } = origin;
  const before = sku.demand.get(row.day);
  const post = { receivedAt, row: row.row, tag };
  if (before?.repeats.includes(tag)) return { kind: "again", accepted: false };
  if (before?.post && comparePosts(post, before.post) <= 0) return { kind: "again", accepted: true };
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
  if (before?.post && sameContent(before, content)) {
    before.post = post;
    before.repeats = [...before.repeats, tag].slice(-REPEATS_MAX);
    return { kind: "duplicate" };
  }
  sku.demandVersion++;
  const repeats = before?.repeats ?? [];
  sku.demand.set(row.day, { ...content, version: sku.demandVersion, post, repeats });
  if (sku.demand.size > DEMAND_DAYS_MAX) sku.demand.delete(oldestDay(sku));
  return { kind: "taken" };
}

/** By receipt; of one batch by row; batches of the same millisecond in an order that is at least always the same. */
function comparePosts(a: DemandPost, b: DemandPost): number {
  return a.receivedAt - b.receivedAt || a.row - b.row || a.tag - b.tag;
}

/** A day as the projection writes it, or null if it is not kept. */
export function demandDayState(sku: SkuState, day: string): DemandDayState | null {
  const found = sku.demand.get(day);
  if (!found) return null;
  const { post: _, repeats: __, ...content } = found;
  const counted = sku.shop?.activity.days.get(day);
  return {
    day,
    ...content,
    ...(counted && counted.hours.size > 0 ? { behaviour: packBehaviour(counted) } : {}),
  };
}

type DemandContent = Omit<DemandDay, "version" | "post" | "repeats">;

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
