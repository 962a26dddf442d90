import type { CompetitorHistory, PastSpan, ShardSettings, SkuHistory } from "../messages/shard.ts";
import { isWanted, type PackedVisits, type VisitQuery, VisitWriter } from "../messages/visits.ts";
import { changePoints } from "./competitors/change-points.ts";
import { latestAt, withShed } from "./competitors/history.ts";
import {
  firstMovements,
  type MovementQuery,
  movementsOf,
  type SkuMovement,
} from "./competitors/movements.ts";
import { hourlySales } from "./demand/hourly-sales.ts";
import { pastDays } from "./demand/past-days.ts";
import { wholeSku } from "./older.ts";
import {
  groupSeenAt,
  leadingSeller,
  listedSellers,
  marketplaceHistory,
  type SellerGroup,
  sellerGroups,
} from "./sellers.ts";
import type { ShardState } from "./shard.ts";

/**
 * Every competitor's change points and the sales by the hour of each SKU, as they were known at `asOf` (ms); with `past`,
 * its days of demand of that span too.
 */
export function shardHistories(
  { skus: states, numbers, settings }: ShardState,
  skus: readonly string[],
  { asOf, bySeller, past }: { asOf: number; bySeller: boolean; past?: PastSpan | undefined },
): SkuHistory[] {
  return skus.map((sku) => {
    const number = numbers.get(sku);
    const state = number === undefined ? null : wholeSku(states[number]!);
    const groups = state === null || settings === null ? [] : sellerGroups(state, settings);
    const competitors = groups
      .flatMap((group) => competitorHistories(group, settings!, { asOf, bySeller }))
      .filter(({ points }) => points.length > 0)
      .sort((a, b) => (a.competitor < b.competitor ? -1 : 1));
    const sales = state?.shop ? hourlySales(state.shop.activity, asOf) : null;
    return {
      ...{ sku, competitors },
      ...(sales && { sales }),
      ...(past && state && { past: pastDays(state.demand, past) }),
    };
  });
}

/** The newest movements of all SKUs, or of one. */
export function shardMovements(shard: ShardState, query: MovementQuery): SkuMovement[] {
  const { settings } = shard;
  if (settings === null) return [];
  const { sku, share, since, until } = query;
  const one = sku === undefined ? undefined : shard.numbers.get(sku);
  const states = sku === undefined ? shard.skus : one === undefined ? [] : [shard.skus[one]!];
  const moves = states.flatMap((state) => {
    const groups = sellerGroups(state, settings).filter((group) => groupSeenAt(group) >= since);
    const known = groups.flatMap((group) =>
      competitorHistories(group, settings, { asOf: until, bySeller: false }),
    );
    const currency = state.product?.currency ?? "";
    return movementsOf(known, share, since, until).map((move) => ({ ...move, sku: state.sku, currency }));
  });
  return firstMovements(moves, query);
}

/** What a competitor asked over time, or what each of its sellers did. */
function competitorHistories(
  group: SellerGroup,
  settings: ShardSettings,
  { asOf, bySeller }: { asOf: number; bySeller: boolean },
): CompetitorHistory[] {
  const { competitor, states } = group;
  if (bySeller)
    return states.map(({ seller, history }) => ({
      competitor,
      ...(seller === null ? {} : { seller }),
      points: changePoints(history, asOf),
    }));
  const history = withShed(marketplaceHistory(group, settings));
  // the rate belongs to the newest price, not to an earlier one
  const rate = leadingSeller(group, groupSeenAt(group), settings)?.rate;
  const isStale = rate?.stale === true && latestAt(history) <= asOf;
  const isMissing = listedSellers(group) === null && states.every(({ missing }) => missing! <= asOf);
  return [
    {
      competitor,
      points: changePoints(history, asOf),
      ...(isStale ? { rateIsStale: true as const } : {}),
      ...(isMissing ? { isMissing: true as const } : {}),
    },
  ];
}

/** The accepted events of a time. */
export function shardVisits({ skus, numbers }: ShardState, query: VisitQuery): PackedVisits {
  const writer = new VisitWriter();
  const one = query.sku === undefined ? undefined : skus[numbers.get(query.sku) ?? -1];
  for (const { sku, shop } of query.sku === undefined ? skus : one ? [one] : [])
    for (const { visitor, at, kind } of shop?.activity.ids.values() ?? [])
      if (visitor !== undefined && isWanted(visitor, at, query)) writer.add(sku, visitor, at, kind!);
  return writer.finish(query.newest);
}
