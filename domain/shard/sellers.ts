import { isBuyable } from "../messages/rows.ts";
import type { ShardSettings } from "../messages/shard.ts";
import { offerFreshMs } from "../settings/freshness.ts";
import {
  emptyHistory,
  insertObservation,
  isOutranked,
  latestAt,
  levelAt,
  type ObservationHistory,
  type PriceLevel,
} from "./competitors/history.ts";
import type { CompetitorState, SkuState } from "./state.ts";

/** A competitor's sellers of one SKU: mostly itself alone. */
export interface SellerGroup {
  competitor: string;
  states: CompetitorState[];
}

type SellerRules = Pick<ShardSettings, "sellersByCompetitor" | "merged">;

/** The competitor under which what was posted as `name` counts, since names can be merged. */
export function competitorOf(name: string, { merged }: Pick<ShardSettings, "merged">): string {
  return merged?.[name] ?? name;
}

/** The SKU's competitors, each with its sellers. */
export function sellerGroups(sku: SkuState, settings: SellerRules): SellerGroup[] {
  const groups: SellerGroup[] = [];
  const several = settings.merged !== undefined || [...sku.competitors.values()].some(hasSeller);
  if (!several)
    for (const state of sku.competitors.values())
      groups.push({ competitor: state.competitor, states: [state] });
  else
    for (const [competitor, states] of Map.groupBy(sku.competitors.values(), (state) =>
      competitorOf(state.competitor, settings),
    ))
      groups.push({ competitor, states });
  return groups;
}

/** The sellers whose offers are there; null if all of them are missing. */
export function listedSellers(group: SellerGroup): SellerGroup | null {
  const states = group.states.filter(({ missing }) => missing === null);
  if (states.length === group.states.length) return group;
  return states.length === 0 ? null : { ...group, states };
}

/** The sellers of one competitor. */
export function sellersOf(sku: SkuState, competitor: string, settings: SellerRules): CompetitorState[] {
  return [...sku.competitors.values()].filter(
    (state) => competitorOf(state.competitor, settings) === competitor,
  );
}

function hasSeller({ seller }: CompetitorState): boolean {
  return seller !== null;
}

/** What a seller asks at an instant. */
interface Asked {
  state: CompetitorState;
  level: PriceLevel;
  /** when it was last seen, ms */
  at: number;
}

/**
 * The seller whose offer is the competitor's at `clock` (ms): of those that the settings name, or of all, the cheapest
 * that can be bought; if none can, the one seen last. Offers that are stale by then do not count while another is
 * fresh. A seller that two merged names report counts once, as it was seen last.
 */
function leading(
  asked: readonly Asked[],
  competitor: string,
  clock: number,
  settings: ShardSettings,
): Asked | null {
  const named = settings.sellersByCompetitor?.[competitor];
  const fits = named?.length
    ? asked.filter(({ state }) => named.some((name) => isNamed(state.seller ?? competitor, name)))
    : asked;
  const freshMs = offerFreshMs(competitor, settings);
  const fresh = fits.filter(({ at }) => clock - at <= freshMs);
  const bySeller = new Map<string | null, Asked>();
  for (const one of fresh.length > 0 ? fresh : fits) {
    const known = bySeller.get(one.state.seller);
    if (known === undefined || one.at > known.at) bySeller.set(one.state.seller, one);
  }
  let best: Asked | null = null;
  for (const one of bySeller.values()) if (best === null || comesBefore(one, best)) best = one;
  return best;
}

function isNamed(seller: string, name: string): boolean {
  return seller.toLowerCase() === name.trim().normalize("NFC").toLowerCase();
}

function comesBefore(a: Asked, b: Asked): boolean {
  const [canBuyA, canBuyB] = [isBuyable(a.level.availability), isBuyable(b.level.availability)];
  if (canBuyA !== canBuyB) return canBuyA;
  if (!canBuyA) return a.at > b.at;
  return a.level.landedPrice < b.level.landedPrice;
}

/** The seller that sets the competitor's price at `clock`; null if none has a price that counts. */
export function leadingSeller(
  group: SellerGroup,
  clock: number,
  settings: ShardSettings,
): CompetitorState | null {
  const [only] = group.states;
  if (group.states.length === 1 && only && !settings.sellersByCompetitor?.[group.competitor]?.length)
    return only.history.count > 0 ? only : null;
  const asked = group.states.flatMap((state): Asked[] => {
    const last = state.history.count - 1;
    return last < 0 ? [] : [{ state, level: levelAt(state.history, last), at: state.history.times[last]! }];
  });
  return leading(asked, group.competitor, clock, settings)?.state ?? null;
}

/** The newest observation of any of the sellers, ms. */
export function groupSeenAt({ states }: SellerGroup): number {
  return Math.max(...states.map(({ history }) => latestAt(history)));
}

/** What a marketplace asked over time: at every observation, the offer of the seller that was leading then. */
export function marketplaceHistory(group: SellerGroup, settings: ShardSettings): ObservationHistory {
  const [only] = group.states;
  if (group.states.length === 1 && only && !settings.sellersByCompetitor?.[group.competitor]?.length)
    return only.history;
  const seen = group.states.flatMap((state) => observationsOf(state)).sort((a, b) => a.at - b.at);
  const merged = emptyHistory();
  const asked = new Map<CompetitorState, Asked>();
  for (const [i, one] of seen.entries()) {
    asked.set(one.state, one);
    // of several at one instant only what all of them together say
    if (seen[i + 1]?.at === one.at) continue;
    const best = leading([...asked.values()], group.competitor, one.at, settings);
    if (best === null) continue;
    insertObservation(merged, { ...best.level, observedAt: one.at, source: 0, tag: 0 }, [""]);
  }
  return merged;
}

function observationsOf(state: CompetitorState): Asked[] {
  const { history } = state;
  const seen: Asked[] = [];
  for (let i = 0; i < history.count; i++)
    if (!isOutranked(history, i)) seen.push({ state, level: levelAt(history, i), at: history.times[i]! });
  return seen;
}
