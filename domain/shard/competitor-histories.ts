import type { CompetitorHistory, ShardSettings } from "../messages/shard.ts";
import { changePoints } from "./competitors/change-points.ts";
import { latestAt } from "./competitors/history.ts";
import { groupSeenAt, leadingSeller, marketplaceHistory, type SellerGroup } from "./sellers.ts";

/** What a competitor asked over time, or what each of its sellers did. */
export function competitorHistories(
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
  const history = marketplaceHistory(group, settings);
  // the rate belongs to the newest price, not to an earlier one
  const rate = leadingSeller(group, groupSeenAt(group), settings)?.rate;
  const isStale = rate?.stale === true && latestAt(history) <= asOf;
  return [{ competitor, points: changePoints(history, asOf), ...(isStale ? { rateIsStale: true } : {}) }];
}
