import { isBuyable } from "../observations/availability.ts";
import type { MarketView, OfferView } from "./market-view.ts";
import { atLatestRate, lookBack } from "./window.ts";

/** A price war is told by what happened within this time, ms. */
export const WAR_WINDOW_MS = 72 * 3_600_000;

interface PriceStep {
  at: number;
  isOurs: boolean;
  price: number;
}

/**
 * How often within 72 h we and this competitor have undercut each other in turn: cuts that go from the other's price or
 * above it to below it, the other's answer following. Two in a row by the same side begin anew.
 */
export function undercutRounds(view: MarketView, offer: OfferView): number {
  const past = view.ours.pastPrices ?? [];
  const since = view.clock - WAR_WINDOW_MS;
  // without a cut of ours nobody answers anybody
  if (!past.some(({ until }, i) => until >= since && priceAfter(view, i) < past[i]!.price)) return 0;
  let ours: number | null = null;
  let theirs: number | null = null;
  let rounds = 0;
  let lastWasOurs: boolean | null = null;
  for (const { at, isOurs, price } of [...ourSteps(view), ...theirSteps(offer, since)].sort(inOrder)) {
    const own = isOurs ? ours : theirs;
    const other = isOurs ? theirs : ours;
    if (isOurs) ours = price;
    else theirs = price;
    if (own === null || other === null || at < since) continue;
    const isUndercut = price < own && own >= other && price < other;
    if (!isUndercut) continue;
    rounds = lastWasOurs === isOurs ? 1 : rounds + 1;
    lastWasOurs = isOurs;
  }
  return rounds;
}

/** Of the same instant, the competitor's comes first: we answer what was seen. */
function inOrder(a: PriceStep, b: PriceStep): number {
  return a.at - b.at || Number(a.isOurs) - Number(b.isOurs);
}

function priceAfter({ ours }: MarketView, i: number): number {
  return ours.pastPrices?.[i + 1]?.price ?? ours.price;
}

/** Our prices from the oldest that is remembered on, each from when it came into force. */
function ourSteps(view: MarketView): PriceStep[] {
  const past = view.ours.pastPrices ?? [];
  const first = { at: Number.NEGATIVE_INFINITY, isOurs: true, price: past[0]?.price ?? view.ours.price };
  return [first, ...past.map(({ until }, i) => ({ at: until, isOurs: true, price: priceAfter(view, i) }))];
}

/** Their prices in the window and the one before it, in order of time. */
function theirSteps({ history }: OfferView, since: number): PriceStep[] {
  const steps: PriceStep[] = [];
  const priceOf = atLatestRate(history);
  lookBack(history, Number.NEGATIVE_INFINITY, (level, at) => {
    if (isBuyable(level.availability)) steps.push({ at, isOurs: false, price: priceOf(level) });
    return at >= since;
  });
  return steps.reverse();
}
