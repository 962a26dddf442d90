import { DAY_MS, HOUR_MS, MINUTE_MS } from "../base/time.ts";
import type { ShardSettings } from "../messages/shard.ts";
import { offerFreshMs } from "../settings/freshness.ts";
import { latestAt } from "./competitors/history.ts";
import { CART_WINDOW_MS } from "./demand/visitor.ts";
import { type Occasion, resolveSignal, stepSignal } from "./lifecycle.ts";
import { marketView } from "./market-of.ts";
import { MISSING_FOR_MS, seenAt } from "./missing.ts";
import { expireEntries, firstExpiryAt } from "./quarantine.ts";
import { competitorOf } from "./sellers.ts";
import { nextDayDueAt, settleDays, withOwnStock } from "./shop-state.ts";
import type { Move, SignalDefinition } from "./signals/definition.ts";
import { shopDemand } from "./signals/demand-change.ts";
import { isSelling, type MarketView, type OfferView } from "./signals/market-view.ts";
import { OFFER_MISSING } from "./signals/offer-missing.ts";
import { isAboutShop, SIGNALS } from "./signals/table.ts";
import { changeMark, type ShopState, type SkuState, type TrackedSignal } from "./state.ts";
import { noteSteady } from "./steady.ts";

const DEMAND_SIGNALS: ReadonlySet<string> = new Set(["DEMAND_SURGE", "DEMAND_SLUMP"]);

/** `now`: clock of the call; `clock`: event time of what is evaluated; both in ms. */
interface EvaluationContext {
  now: number;
  clock: number;
  settings: ShardSettings;
}

/**
 * Why signals are evaluated: an observation, all observations of a call, a change of our product, of the rules by which
 * offers count, an event of the shop, or only the time.
 */
export type EvaluationOccasion = Move | readonly Move[] | "product" | "rules" | "shop" | "time";

/**
 * Evaluates a SKU's signals. After an observation these are its competitor's, and after all observations of a call those
 * about the whole SKU; after "product" and "rules" all of them; after "shop" those about the shop. After "time" signals
 * only clear, except those about something that did not happen, which open.
 */
export function evaluateSignals(sku: SkuState, context: EvaluationContext, move: EvaluationOccasion): void {
  if (sku.product === null) return;
  const product = withOwnStock(sku, sku.product);
  sku.clock = context.clock;
  forgetResolved(sku, context);
  const selling = isSelling(product);
  const mover = typeof move === "string" || isList(move) ? null : move;
  const moves = isList(move) ? move : null;
  if (typeof move === "string" || !selling) sku.steady = null;
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
    if (isShop ? typeof move !== "string" : move === "shop" || !selling) continue;
    if (definition.scope === "sku" ? mover !== null : moves !== null) continue;
    const mayOpen = maySignal(definition, move);
    const atOnce = move === "rules";
    if (definition.scope === "sku")
      step(sku, definition, view, null, { mayOpen, atOnce, now: context.now, ...moverOf(moves) });
    else
      for (const offer of offersFor(definition.type, view))
        if (mover === null || offer.competitor === mover.competitor)
          step(sku, definition, view, offer, { mayOpen, atOnce, now: context.now });
  }
  resolveStale(sku, view, context.now);
  if (typeof move === "string") scheduleScan(sku, view);
  else if (selling && mover !== null) noteSteady(sku, view, mover, context.settings);
  sku.dueAt = nextDueAt(sku, context.settings);
}

/** The competitor that moved, if it is one. */
function moverOf(moves: readonly Move[] | null): Pick<Occasion, "mover"> {
  const moved = (moves ?? []).filter(({ price, restocked }) => price !== "same" || restocked);
  const [mover, ...others] = new Set(moved.map(({ competitor }) => competitor));
  return mover === undefined || others.length > 0 ? {} : { mover };
}

/** The offers that a signal may be about. */
function offersFor(type: string, { offers, missing = [] }: MarketView): readonly OfferView[] {
  return type === OFFER_MISSING.type ? missing : offers;
}

function isList(move: EvaluationOccasion): move is readonly Move[] {
  return Array.isArray(move);
}

/** Whether the occasion may open a signal of this kind. */
function maySignal({ opensOn, opensByTime }: SignalDefinition, move: EvaluationOccasion): boolean {
  if (move === "time") return opensByTime === true;
  if (typeof move === "string" || opensOn === undefined) return true;
  return isList(move) ? move.some(opensOn) : opensOn(move as Move);
}

/** Evaluates the signals about the whole SKU, once all rows of a call are taken. */
export function concludeMoves(sku: SkuState, { now, settings }: Omit<EvaluationContext, "clock">): void {
  if (sku.moves.length === 0) return;
  const moves = sku.moves;
  sku.moves = [];
  evaluateSignals(sku, { now, clock: sku.clock, settings }, moves);
}

/** What is left of an evaluation that cannot change any signal: the clock moves on. */
export function passSteadily(sku: SkuState, context: EvaluationContext): void {
  sku.clock = context.clock;
  if (sku.signals.length > 0) forgetResolved(sku, context);
  if (sku.shop !== null) sku.dueAt = nextDueAt(sku, context.settings);
}

/** Demand is scanned every hour while its signal is open, and wherever a lack of it would show. */
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

/** Evaluates what has changed by `now` through time alone. Answers whether anything was due. */
export function settleSku(sku: SkuState, now: number, settings: ShardSettings): boolean {
  if (sku.dueAt > now) return false;
  const before = changeMark(sku);
  for (const { quarantine } of sku.competitors.values()) expireEntries(quarantine, now);
  settleDays(sku, { now, timeZone: settings.timeZone ?? "UTC" });
  const occasion = sku.rulesChanged ? "rules" : "time";
  if (sku.rulesChanged) projectSellersAgain(sku, now);
  sku.rulesChanged = false;
  evaluateSignals(sku, { now, clock: Math.max(sku.clock, now), settings }, occasion);
  const mark = changeMark(sku);
  if (mark !== before) sku.unprojected = { since: now, mark };
  return true;
}

/** Which seller leads may have changed without an observation: the offers are projected again. */
function projectSellersAgain(sku: SkuState, now: number): void {
  for (const state of sku.competitors.values())
    if (state.projected.version > 0)
      state.projected = { ...state.projected, version: state.projected.version + 1, projectedAt: now };
}

/**
 * When time alone can next change something, ms: an offer under an open signal goes stale, a signal has been clear long
 * enough, a quarantined row expires, or the shop's figures are to be looked at. It follows from what is stored, so it
 * does not matter when a shard was loaded. Whatever changes the state sets `dueAt` by this function.
 */
export function nextDueAt(sku: SkuState, settings: ShardSettings): number {
  if (sku.rulesChanged) return 0;
  if (sku.product !== null && !sku.product.active) return Math.min(nextDayDueAt(sku), nextExpiryAt(sku));
  let due = Math.min(
    nextExpiryAt(sku),
    sku.shop === null ? Number.POSITIVE_INFINITY : nextShopDueAt(sku, sku.shop),
  );
  for (const { state, quietSince } of sku.signals) {
    if (state.status !== "open") continue;
    if (quietSince !== null) due = Math.min(due, quietSince + settings.clearHoldMinutes * MINUTE_MS);
    if (state.type === OFFER_MISSING.type) due = Math.min(due, nextGivenUpAt(sku));
    else if (!isAboutShop(state.type)) due = Math.min(due, nextStaleAt(sku, state.competitor, settings));
  }
  return due;
}

/** When the first quarantined row expires. */
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

/** When the first of the missing offers is not asked for any more. */
function nextGivenUpAt(sku: SkuState): number {
  let next = Number.POSITIVE_INFINITY;
  for (const state of sku.competitors.values()) {
    const givenUpAt = state.missing === null ? 0 : seenAt(state) + MISSING_FOR_MS + 1;
    if (givenUpAt > sku.clock) next = Math.min(next, givenUpAt);
  }
  return next;
}

/** When the first of the fresh offers that a signal depends on goes stale. */
function nextStaleAt(sku: SkuState, competitor: string | null, settings: ShardSettings): number {
  let next = Number.POSITIVE_INFINITY;
  for (const state of sku.competitors.values()) {
    if (competitor !== null && competitorOf(state.competitor, settings) !== competitor) continue;
    const staleAt = latestAt(state.history) + offerFreshMs(state.competitor, settings) + 1;
    if (staleAt > sku.clock) next = Math.min(next, staleAt);
  }
  return next;
}

function step(
  sku: SkuState,
  definition: SignalDefinition,
  view: MarketView,
  offer: OfferView | null,
  given: Pick<Occasion, "mayOpen" | "atOnce" | "now" | "mover">,
): void {
  const { mayOpen, now } = given;
  const competitor = offer?.competitor ?? null;
  const tracked = findSignal(sku, definition.type, competitor);
  const isOpen = tracked?.state.status === "open";
  if (!isOpen && !mayOpen) return;
  const occasion: Occasion = { ...given, view, offer };
  const opened = stepSignal(sku.sku, definition, tracked, occasion);
  closeContrary(sku, definition, opened ?? tracked, now);
  if (opened === null) return;
  // a SKU with very many open signals: this one opens too, but notifies nobody
  if (openSignals(sku) >= view.settings.notifyPerSku) delete opened.state.notice;
  sku.signals.push(opened);
}

/** A condition that holds ends its contrary at once. */
function closeContrary(
  sku: SkuState,
  { contrary }: SignalDefinition,
  tracked: TrackedSignal | null,
  now: number,
): void {
  if (contrary === undefined || tracked?.state.status !== "open" || tracked.quietSince !== null) return;
  const other = findSignal(sku, contrary, tracked.state.competitor);
  if (other?.state.status === "open") resolveSignal(other, now);
}

function openSignals(sku: SkuState): number {
  return sku.signals.reduce((count, { state }) => count + (state.status === "open" ? 1 : 0), 0);
}

/** The newest signal of this type: any older ones are resolved. */
function findSignal(sku: SkuState, type: string, competitor: string | null): TrackedSignal | null {
  for (let i = sku.signals.length - 1; i >= 0; i--) {
    const tracked = sku.signals[i]!;
    if (tracked.state.type === type && tracked.state.competitor === competitor) return tracked;
  }
  return null;
}

/** Resolves the signals whose offer is stale, and those about the market if it has no fresh offer left. */
function resolveStale(sku: SkuState, view: MarketView, now: number): void {
  for (const tracked of sku.signals) {
    const { status, competitor } = tracked.state;
    if (status !== "open" || isAboutShop(tracked.state.type)) continue;
    const offers = offersFor(tracked.state.type, view);
    const isFresh =
      competitor === null ? offers.length > 0 : offers.some((offer) => offer.competitor === competitor);
    if (!isFresh) resolveSignal(tracked, now);
  }
}

/** A resolved signal is kept through its cool-down, and at least for a day, in case its projection was lost. */
function forgetResolved(sku: SkuState, context: EvaluationContext): void {
  const keptForMs = Math.max(DAY_MS, context.settings.coolDownHours * 60 * MINUTE_MS);
  const isKept = ({ state }: TrackedSignal) =>
    state.resolvedAt === null || context.now - state.resolvedAt <= keptForMs;
  if (!sku.signals.every(isKept)) sku.signals = sku.signals.filter(isKept);
}
