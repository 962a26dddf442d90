import type { ObservationRow } from "../messages/rows.ts";
import { doubtOf, type GateDoubt } from "./competitors/gate.ts";
import {
  firstAfter,
  latestAt,
  latestLevel,
  levelAt,
  type ObservationHistory,
} from "./competitors/history.ts";
import type { CompetitorState, SkuState } from "./state.ts";

/** How many of its latest prices a competitor may return to without doubt: sales alternate with the regular price. */
const LEVELS_RECALLED = 8;

/**
 * Why the price gate doubts a row of this competitor, or null. The row is compared with the competitor's accepted
 * prices, our price and the prices of other competitors. A row older than the latest is compared with its neighbours in
 * time, and doubted only if it is an obvious slip.
 */
export function doubtOfRow(
  sku: SkuState,
  competitor: CompetitorState,
  row: ObservationRow,
): GateDoubt | null {
  const { history, gate } = competitor;
  const market = () => marketPrices(sku, competitor);
  if (row.observedAt >= latestAt(history)) {
    const latest = latestLevel(history);
    if (latest?.price === row.price) return null;
    const flipped = latest === null ? null : doubtOfFlip(competitor, row, latest.price);
    if (flipped !== null) return flipped;
    const idleMs = row.observedAt - latestAt(history);
    return doubtOf(row.price, { state: gate, own: recentPrices(history), idleMs, market });
  }
  const own = neighbours(history, row.observedAt);
  if (own.includes(row.price)) return null;
  const references = { state: null, own: [...own, ...recentPrices(history)], idleMs: 0, market };
  const doubt = doubtOf(row.price, references);
  return doubt?.code === "slip" ? doubt : null;
}

/** Share by which a price may differ from a known one after the shop has changed its currency. */
const FLIP_TOLERANCE = 0.005;

/** A shop that shows another currency than before says little of its price, unless it is a known one. */
function doubtOfFlip(
  { history, rate }: CompetitorState,
  { price, listed }: ObservationRow,
  expected: number,
): GateDoubt | null {
  if ((rate?.currency ?? null) === (listed?.currency ?? null)) return null;
  const isKnown = recentPrices(history).some((one) => Math.abs(price / one - 1) <= FLIP_TOLERANCE);
  return isKnown ? null : { code: "outlier", kind: "currency_flip", factor: price / expected, expected };
}

function recentPrices({ levels }: ObservationHistory): number[] {
  return levels.slice(-LEVELS_RECALLED).map((level) => level.price);
}

/** The accepted prices right before and after an instant. */
function neighbours(history: ObservationHistory, at: number): number[] {
  const after = firstAfter(history, at);
  return [after - 1, after].filter((i) => i >= 0 && i < history.count).map((i) => levelAt(history, i).price);
}

function marketPrices(sku: SkuState, competitor: CompetitorState): number[] {
  const prices = sku.product === null ? [] : [sku.product.price];
  for (const other of sku.competitors.values()) {
    const level = other === competitor ? null : latestLevel(other.history);
    if (level !== null) prices.push(level.price);
  }
  return prices;
}
