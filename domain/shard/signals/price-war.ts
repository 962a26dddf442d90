import { HOUR_MS } from "../../base/time.ts";
import { isBuyable } from "../../messages/rows.ts";
import type { SkuDefinition } from "./definition.ts";
import { type MarketView, marketTrust, type OfferView } from "./market-view.ts";
import { atLatestRate, lookBack } from "./window.ts";
import { marketEvidence, percent } from "./wording.ts";

/** What happened within this time decides whether there is a price war, ms. */
export const WAR_WINDOW_MS = 72 * HOUR_MS;

interface PriceStep {
  at: number;
  isOurs: boolean;
  price: number;
}

/**
 * How often within 72 h we and this competitor have undercut each other in turn. A cut counts if it goes from at or
 * above the other's price to below it. Two cuts in a row by the same side start the count again.
 */
function undercutRounds(view: MarketView, offer: OfferView): number {
  const past = view.product.pastPrices ?? [];
  const since = view.clock - WAR_WINDOW_MS;
  // without a cut of ours there is no exchange
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

/** At the same instant the competitor's comes first, since we react to what was seen. */
function inOrder(a: PriceStep, b: PriceStep): number {
  return a.at - b.at || Number(a.isOurs) - Number(b.isOurs);
}

function priceAfter({ product }: MarketView, i: number): number {
  return product.pastPrices?.[i + 1]?.price ?? product.price;
}

/** Our prices from the oldest that is known, each at the time it came into force. */
function ourSteps(view: MarketView): PriceStep[] {
  const past = view.product.pastPrices ?? [];
  const first = { at: Number.NEGATIVE_INFINITY, isOurs: true, price: past[0]?.price ?? view.product.price };
  return [first, ...past.map(({ until }, i) => ({ at: until, isOurs: true, price: priceAfter(view, i) }))];
}

/** Their prices in the window and the last one before it, in order of time. */
function theirSteps({ history }: OfferView, since: number): PriceStep[] {
  const steps: PriceStep[] = [];
  const priceOf = atLatestRate(history);
  lookBack(history, Number.NEGATIVE_INFINITY, (level, at) => {
    if (isBuyable(level.availability)) steps.push({ at, isOurs: false, price: priceOf(level) });
    return at >= since;
  });
  return steps.reverse();
}

/** ln of the fall at which the severity is 1. */
const SEVERITY_SPAN = 0.2;
/** Cuts in turn at which the severity reaches 1, as a multiple of those that make a war. */
const ROUNDS_SEVERE = 2;

interface Skirmish {
  cuts: number;
  /** time of the first of them, ms; Infinity = none */
  firstCutAt: number;
  /** time of the oldest observation looked at, ms */
  seenFrom: number;
  /** price when the window opened, or when it was first seen */
  start: number;
  end: number;
}

function skirmishOf(offer: OfferView, clock: number): Skirmish | null {
  let cuts = 0;
  let firstCutAt = Number.POSITIVE_INFINITY;
  let seenFrom = Number.POSITIVE_INFINITY;
  /** the price at the time reached so far, going backwards */
  let start: number | null = null;
  const priceOf = atLatestRate(offer.history);
  lookBack(offer.history, Number.NEGATIVE_INFINITY, (level, at) => {
    if (isBuyable(level.availability)) {
      const price = priceOf(level);
      if (start !== null && price > start) {
        cuts++;
        firstCutAt = seenFrom;
      }
      start = price;
      seenFrom = at;
    }
    // the last observation before the window says what the price was when it opened
    return at >= clock - WAR_WINDOW_MS;
  });
  return start === null || !offer.buyable ? null : { cuts, firstCutAt, seenFrom, start, end: offer.price };
}

interface War {
  /** share by which the cheapest price that can be bought fell */
  fall: number;
  cheapest: number;
  /** competitors that cut again and again */
  rivals: number;
  /** most cuts in turn by us and one competitor, and that competitor */
  rounds: number;
  rival: string | null;
  /** somebody cut a price within the window */
  goesOn: boolean;
}

function war(view: MarketView): War | null {
  const skirmishes = view.offers.flatMap((offer) => {
    const found = skirmishOf(offer, view.clock);
    return found === null ? [] : [{ ...found, offer, rounds: undercutRounds(view, offer) }];
  });
  if (skirmishes.length === 0) return null;
  const begin = Math.min(...skirmishes.map(({ firstCutAt }) => firstCutAt));
  // a competitor first seen when the others were already cutting has cut nothing itself
  const market = skirmishes.filter(({ cuts, seenFrom }) => cuts > 0 || seenFrom < begin);
  const cheapest = Math.min(...market.map(({ end }) => end));
  const duel = skirmishes.reduce((a, b) => (b.rounds > a.rounds ? b : a));
  return {
    cheapest,
    fall: 1 - cheapest / Math.min(...market.map(({ start }) => start)),
    rivals: skirmishes.filter(({ cuts }) => cuts >= view.settings.priceWarCuts).length,
    rounds: duel.rounds,
    rival: duel.rounds > 0 ? duel.offer.competitor : null,
    goesOn: duel.rounds > 0 || skirmishes.some(({ cuts }) => cuts > 0),
  };
}

/** Each measure as a multiple of its threshold: 1 = met. */
function measures({ fall, rivals, rounds }: War, { settings }: MarketView): { brawl: number; duel: number } {
  const { priceWarRivals, priceWarFall, priceWarRounds } = settings;
  const isBrawl = rivals >= priceWarRivals;
  return { brawl: isBrawl ? fall / Math.max(priceWarFall, 1e-6) : 0, duel: rounds / priceWarRounds };
}

/**
 * Within 72 h several competitors cut their prices repeatedly and the cheapest price falls, or one competitor and we
 * undercut each other in turn. It is over when 72 h have passed without a cut.
 */
export const PRICE_WAR: SkuDefinition = {
  type: "PRICE_WAR",
  scope: "sku",
  priorities: [1, 1, 2],
  advice: [
    "Keep to the margin floor; do not follow blindly.",
    "Keep to the margin floor; do not follow blindly.",
    "Let them fight it out.",
  ],
  opensOn: (move) => move.price === "cut",
  read: (view) => {
    const found = war(view);
    if (found === null) return null;
    const { brawl, duel } = measures(found, view);
    return { value: Math.max(brawl, duel), threshold: 1, inclusive: true, lingers: found.goesOn };
  },
  describe: (view) => {
    const found = war(view)!;
    const { fall, cheapest, rivals, rounds, rival } = found;
    const { duel } = measures(found, view);
    const byFall = -Math.log(1 - Math.min(0.99, Math.max(0, fall))) / SEVERITY_SPAN;
    const byRounds = duel >= 1 ? duel / ROUNDS_SEVERE : 0;
    const cut = fall > 0 ? `: the cheapest price fell by ${percent(fall)}` : "";
    return {
      severity: Math.min(1, Math.max(byFall, byRounds)),
      confidence: marketTrust(view),
      evidence: { ...marketEvidence(view, cheapest, view.offers.length), rivals, rounds, rival },
      ...(duel >= 1 ? { advice: "Keep the price: another round costs both sides." } : {}),
      message:
        duel >= 1
          ? `We and ${rival} undercut each other ${rounds} times in 72 h${cut}.`
          : `${rivals} competitors cut their prices repeatedly in 72 h${cut}.`,
    };
  },
};
