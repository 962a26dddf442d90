import { DAY_MS, HOUR_MS, MINUTE_MS } from "../base/time.ts";
import type { ShardProduct, ShardSettings } from "../messages/shard.ts";
import { offerFreshMs } from "../settings/freshness.ts";
import type { SignalSettings } from "../settings/settings.ts";
import { matchQuality } from "./competitors/gate.ts";
import { latestAt, latestLevel } from "./competitors/history.ts";
import { CART_WINDOW_MS } from "./demand/visitor.ts";
import { type Occasion, resolveSignal, stepSignal } from "./lifecycle.ts";
import { noteSteady } from "./present.ts";
import { expireEntries, firstExpiryAt } from "./quarantine.ts";
import { nextDayDueAt, settleDays, withOwnStock } from "./shop-state.ts";
import type { Move, SignalDefinition } from "./signals/definition.ts";
import { shopDemand } from "./signals/demand-change.ts";
import { isSelling, type MarketView, type OfferView, offerView } from "./signals/market-view.ts";
import { isAboutShop, SIGNALS } from "./signals/table.ts";
import {
  type CompetitorState,
  changeMark,
  type ShopState,
  type SkuState,
  type TrackedSignal,
} from "./state.ts";

const DEMAND_SIGNALS: ReadonlySet<string> = new Set(["DEMAND_SURGE", "DEMAND_SLUMP"]);

/**
 * A price that was believed only when it was seen again is trusted a little less, one at an old rate by half; so is one
 * that a wrong match would explain, in between.
 */
const TRUST_IN_CONFIRMED = 0.9;
const TRUST_IN_OLD_RATE = 0.5;
const TRUST_IN_DOUBTED_MATCH = 0.7;

/** Clock of the call, event time of what is evaluated (both ms), and the settings. */
export interface EvaluationContext {
  now: number;
  clock: number;
  settings: ShardSettings;
}

/** What is the occasion: an observation, our side, the shop's own events, or nothing but the time. */
export type EvaluationOccasion = Move | "product" | "shop" | "time";

/**
 * Evaluates a SKU's signals. `move` is the observation that is the occasion: only its competitor's signals
 * and the SKU's own are looked at. With "ours" all are, with "shop" those about the shop; with "time" none is opened
 * but those of an absence, for time alone only clears.
 */
export function evaluateSignals(sku: SkuState, context: EvaluationContext, move: EvaluationOccasion): void {
  if (sku.product === null) return;
  const product = withOwnStock(sku, sku.product);
  sku.clock = context.clock;
  forgetResolved(sku, context);
  const selling = isSelling(product);
  const mover = typeof move === "string" ? null : move;
  if (mover === null || !selling) sku.steady = null;
  if (!selling)
    for (const tracked of sku.signals)
      if (tracked.state.status === "open" && !(product.active && isAboutShop(tracked.state.type)))
        resolveSignal(tracked, context.now);
  if (!product.active) {
    sku.dueAt = nextDueAt(sku, context.settings);
    return;
  }
  const view = marketView(sku, product, context);
  for (const definition of SIGNALS) {
    const isShop = definition.about === "shop";
    if (isShop ? mover !== null : move === "shop" || !selling) continue;
    const mayOpen =
      move === "time"
        ? definition.opensByTime === true
        : mover === null || (definition.opensOn?.(mover) ?? true);
    if (definition.scope === "sku") step(sku, definition, view, null, mayOpen, context.now);
    else
      for (const offer of view.offers)
        if (mover === null || offer.competitor === mover.competitor)
          step(sku, definition, view, offer, mayOpen, context.now);
  }
  resolveStale(sku, view, context.now);
  if (mover === null) scheduleScan(sku, view);
  else if (selling) noteSteady(sku, view, mover.competitor, context.settings);
  sku.dueAt = nextDueAt(sku, context.settings);
}

/** What an evaluation does that finds everything as it was: the time has moved on. */
export function passSteadily(sku: SkuState, context: EvaluationContext): void {
  sku.clock = context.clock;
  if (sku.signals.length > 0) forgetResolved(sku, context);
  if (sku.shop !== null) sku.dueAt = nextDueAt(sku, context.settings);
}

/** Demand is looked at every hour where its absence could be told, and while a signal tells of it. */
function scheduleScan(sku: SkuState, view: MarketView): void {
  if (sku.shop === null) return;
  const isOpen = sku.signals.some(({ state }) => state.status === "open" && DEMAND_SIGNALS.has(state.type));
  const demand = shopDemand(view);
  const isWatched =
    demand !== null &&
    demand.baseline.perDay >= view.settings.slumpUnits &&
    view.clock - demand.activity.lastAt < DAY_MS;
  sku.shop.scanDueAt =
    isOpen || isWatched ? (Math.floor(view.clock / HOUR_MS) + 1) * HOUR_MS : Number.POSITIVE_INFINITY;
}

/** Evaluates what time alone has changed by `now`. Answers whether anything was due. */
export function settleSku(sku: SkuState, now: number, settings: ShardSettings): boolean {
  if (sku.dueAt > now) return false;
  const before = changeMark(sku);
  for (const { quarantine } of sku.competitors.values()) expireEntries(quarantine, now);
  settleDays(sku, { now, timeZone: settings.timeZone ?? "UTC" });
  evaluateSignals(sku, { now, clock: Math.max(sku.clock, now), settings }, "time");
  const mark = changeMark(sku);
  if (mark !== before) sku.unprojected = { since: now, mark };
  return true;
}

/**
 * When time alone can next change something: an open signal's offer goes stale, it has been clear long enough, or what
 * the shop tells is to be looked at. It follows from what is stored, so that nothing depends on when a shard was loaded:
 * whatever changes the state brings `dueAt` up to date by this.
 */
export function nextDueAt(sku: SkuState, settings: SignalSettings): number {
  if (sku.product !== null && !sku.product.active) return Math.min(nextDayDueAt(sku), nextExpiryAt(sku));
  let due = Math.min(
    nextExpiryAt(sku),
    sku.shop === null ? Number.POSITIVE_INFINITY : nextShopDueAt(sku, sku.shop),
  );
  for (const { state, quietSince } of sku.signals) {
    if (state.status !== "open") continue;
    if (quietSince !== null) due = Math.min(due, quietSince + settings.clearHoldMinutes * MINUTE_MS);
    if (!isAboutShop(state.type)) due = Math.min(due, nextStaleAt(sku, state.competitor, settings));
  }
  return due;
}

/** When the first quarantined row has waited long enough. */
function nextExpiryAt(sku: SkuState): number {
  let due = Number.POSITIVE_INFINITY;
  for (const { quarantine } of sku.competitors.values())
    if (quarantine.length > 0) due = Math.min(due, firstExpiryAt(quarantine));
  return due;
}

function nextShopDueAt(sku: SkuState, shop: ShopState): number {
  let due = Math.min(shop.scanDueAt, nextDayDueAt(sku));
  for (const { at, bought } of shop.carts.values())
    if (!bought && at + CART_WINDOW_MS > sku.clock) due = Math.min(due, at + CART_WINDOW_MS);
  return due;
}

/** When the next of the still fresh offers that a signal rests on goes stale. */
function nextStaleAt(sku: SkuState, competitor: string | null, settings: SignalSettings): number {
  let next = Number.POSITIVE_INFINITY;
  for (const state of sku.competitors.values()) {
    if (competitor !== null && state.competitor !== competitor) continue;
    const staleAt = latestAt(state.history) + offerFreshMs(state.competitor, settings) + 1;
    if (staleAt > sku.clock) next = Math.min(next, staleAt);
  }
  return next;
}

function marketView(sku: SkuState, product: ShardProduct, context: EvaluationContext): MarketView {
  const offers: OfferView[] = [];
  for (const state of sku.competitors.values()) {
    const { competitor, history, rate } = state;
    const level = latestLevel(history);
    if (level === null) continue;
    const offer = offerView(competitor, history, context.clock, context.settings);
    if (offer === null) continue;
    const trust = trustIn(state, level.price);
    if (trust !== 1) offer.trust = trust;
    if (rate !== null) offer.rate = rate;
    offers.push(offer);
  }
  const { settings, clock } = context;
  const shop = {
    timeZone: settings.timeZone ?? "UTC",
    demand: sku.demand,
    activity: sku.shop?.activity ?? null,
    warehouses: sku.shop === null ? [] : [...sku.shop.warehouses.values()],
    carts: sku.shop === null ? [] : [...sku.shop.carts.values()],
    computed: {},
  };
  return { product, settings, clock, offers, shop };
}

/** How far the price itself is to be trusted, 0..1. */
function trustIn({ doubtful, rate, match }: CompetitorState, price: number): number {
  return (
    (price === doubtful ? TRUST_IN_CONFIRMED : 1) *
    (rate?.stale ? TRUST_IN_OLD_RATE : 1) *
    (match !== null && matchQuality(match) !== null ? TRUST_IN_DOUBTED_MATCH : 1)
  );
}

function step(
  sku: SkuState,
  definition: SignalDefinition,
  view: MarketView,
  offer: OfferView | null,
  mayOpen: boolean,
  now: number,
): void {
  const competitor = offer?.competitor ?? null;
  const tracked = findSignal(sku, definition.type, competitor);
  const isOpen = tracked?.state.status === "open";
  if (!isOpen && !mayOpen) return;
  const occasion: Occasion = { now, view, offer, mayOpen };
  const opened = stepSignal(sku.sku, definition, tracked, occasion);
  if (opened === null) return;
  // one more of very many opens all the same, and disturbs nobody
  if (openSignals(sku) >= view.settings.notifyPerSku) delete opened.state.notice;
  sku.signals.push(opened);
}

function openSignals(sku: SkuState): number {
  return sku.signals.reduce((count, { state }) => count + (state.status === "open" ? 1 : 0), 0);
}

/** The newest signal of this kind: older ones of it are resolved. */
function findSignal(sku: SkuState, type: string, competitor: string | null): TrackedSignal | null {
  for (let i = sku.signals.length - 1; i >= 0; i--) {
    const tracked = sku.signals[i]!;
    if (tracked.state.type === type && tracked.state.competitor === competitor) return tracked;
  }
  return null;
}

/** A stale offer holds no signal open; nor does a market without a fresh offer. */
function resolveStale(sku: SkuState, view: MarketView, now: number): void {
  for (const tracked of sku.signals) {
    const { status, competitor } = tracked.state;
    if (status !== "open" || isAboutShop(tracked.state.type)) continue;
    const isFresh =
      competitor === null
        ? view.offers.length > 0
        : view.offers.some((offer) => offer.competitor === competitor);
    if (!isFresh) resolveSignal(tracked, now);
  }
}

/** A resolved signal is kept for a day, for projections that were lost, and through its cool-down. */
function forgetResolved(sku: SkuState, context: EvaluationContext): void {
  const keptForMs = Math.max(DAY_MS, context.settings.coolDownHours * 60 * MINUTE_MS);
  const isKept = ({ state }: TrackedSignal) =>
    state.resolvedAt === null || context.now - state.resolvedAt <= keptForMs;
  if (!sku.signals.every(isKept)) sku.signals = sku.signals.filter(isKept);
}
