import { HOUR_MS, MINUTE_MS } from "../base/time.ts";
import type { SignalState } from "../messages/present.ts";
import type { SignalSettings } from "../settings/settings.ts";
import { isClear, isMet, type Reading, type SignalDefinition, type Telling } from "./signals/definition.ts";
import { type MarketView, type OfferView, offerTrust } from "./signals/market-view.ts";
import { isReminderDue, noticeAfter, signalId } from "./signals/notice.ts";
import { isConfirmed } from "./signals/window.ts";
import type { TrackedSignal } from "./state.ts";

/** How far a price that was seen once only is to be trusted. */
const SINGLE_SIGHTING = 0.7;
/** Smaller changes of the confidence are not worth telling. */
const CONFIDENCE_STEP = 0.2;

/** What a signal is looked at with. `offer` is the competitor's, null for a signal about the whole SKU. */
export interface Occasion {
  /** clock of the call, ms; the event time is `view.clock` */
  now: number;
  view: MarketView;
  offer: OfferView | null;
  mayOpen: boolean;
}

/**
 * One step of a signal's life. It opens on the first observation that meets the condition; between the
 * threshold and the clearing level it stays; below that, or where the condition no longer applies, it
 * resolves once it has been quiet for the holding time, counted in event time. Met again within the
 * cool-down, the same signal goes on; later, a new one opens. Answers the new signal, if any; `tracked` is
 * changed in place.
 */
export function stepSignal(
  sku: string,
  definition: SignalDefinition,
  tracked: TrackedSignal | null,
  occasion: Occasion,
): TrackedSignal | null {
  const reading = readingOf(definition, occasion);
  const isOpen = tracked !== null && tracked.state.status === "open";
  if (reading !== null && isMet(reading)) {
    if (!isOpen && !occasion.mayOpen) return null;
    if (tracked === null || (!isOpen && !isCoolingDown(tracked, occasion)))
      return openSignal(sku, definition, reading, occasion);
    updateSignal(tracked, definition, reading, occasion);
    return null;
  }
  if (tracked === null || !isOpen) return null;
  if (reading !== null && !isClear(reading, occasion.view.settings.clearShare)) {
    updateSignal(tracked, definition, reading, occasion);
    return null;
  }
  tracked.quietSince ??= occasion.view.clock;
  const holdMs = definition.clearsAtOnce ? 0 : occasion.view.settings.clearHoldMinutes * MINUTE_MS;
  if (occasion.view.clock - tracked.quietSince >= holdMs) resolveSignal(tracked, occasion.now);
  return null;
}

/** Ends a signal. */
export function resolveSignal(tracked: TrackedSignal, now: number): void {
  const { state } = tracked;
  tracked.quietSince = null;
  tracked.state = {
    ...state,
    status: "resolved",
    updatedAt: now,
    resolvedAt: now,
    version: state.version + 1,
  };
}

function readingOf(definition: SignalDefinition, { view, offer }: Occasion): Reading | null {
  if (definition.scope === "sku") return definition.read(view);
  return offer === null ? null : definition.read(view, offer);
}

function isCoolingDown(tracked: TrackedSignal, { now, view }: Occasion): boolean {
  const { resolvedAt } = tracked.state;
  return resolvedAt !== null && now - resolvedAt < view.settings.coolDownHours * HOUR_MS;
}

function openSignal(
  sku: string,
  definition: SignalDefinition,
  reading: Reading,
  occasion: Occasion,
): TrackedSignal {
  const { now, offer, view } = occasion;
  const competitor = offer?.competitor ?? null;
  const state = {
    id: signalId(sku, definition.type, competitor, now),
    sku,
    competitor,
    type: definition.type,
    status: "open" as const,
    ...contentOf(definition, reading, occasion),
    openedAt: now,
    updatedAt: now,
    resolvedAt: null,
    version: 1,
  };
  return { state: withNotice(state, view.settings, now), value: reading.value, quietSince: null };
}

function withNotice(state: SignalState, settings: SignalSettings, now: number): SignalState {
  const notice = noticeAfter(state, settings, now);
  return notice === state.notice ? state : { ...state, notice: notice! };
}

/** Brings an open signal up to date, or opens it again; nothing is told if nothing worth it has changed. */
function updateSignal(
  tracked: TrackedSignal,
  definition: SignalDefinition,
  reading: Reading,
  occasion: Occasion,
): void {
  const { state } = tracked;
  tracked.quietSince = null;
  const isChanged =
    state.status !== "open" ||
    Math.abs(reading.value - tracked.value) > 1e-9 ||
    priorityOf(definition, occasion.view) !== state.priority ||
    isTrustChanged(state.confidence, occasion) ||
    (state.confidence >= occasion.view.settings.notifyConfidence &&
      isReminderDue(state.notice, occasion.view.settings, occasion.now));
  if (!isChanged) return;
  tracked.value = reading.value;
  const updated: SignalState = {
    ...state,
    ...contentOf(definition, reading, occasion),
    status: "open",
    updatedAt: occasion.now,
    resolvedAt: null,
    version: state.version + 1,
  };
  tracked.state = withNotice(updated, occasion.view.settings, occasion.now);
}

function contentOf(definition: SignalDefinition, reading: Reading, occasion: Occasion) {
  const { view, offer } = occasion;
  const telling = tellingOf(definition, reading, occasion);
  const rank = sensitivityRank(view);
  return {
    priority: definition.priorities[rank],
    severity: round(telling.severity),
    confidence: round(confidenceOf(telling.confidence, { view, offer })),
    message: `${telling.message} ${telling.advice ?? definition.advice[rank]}`,
    evidence: telling.evidence,
  };
}

function tellingOf(definition: SignalDefinition, reading: Reading, { view, offer }: Occasion): Telling {
  if (definition.scope === "sku") return definition.tell(view, reading);
  if (offer === null) throw new RangeError(`${definition.type} is about a competitor`);
  return definition.tell(view, offer, reading);
}

/** Whether the offer is to be trusted more than was told, or less: that only at a new look at it, for it ages anyway. */
function isTrustChanged(told: number, { view, offer }: Occasion): boolean {
  if (offer === null) return false;
  const change = confidenceOf(1, { view, offer }) - told;
  return change >= CONFIDENCE_STEP || (change <= -CONFIDENCE_STEP && offer.observedAt >= view.clock);
}

/** A signal's own trust × how far the offer is to be trusted × whether its price was seen more than once. */
function confidenceOf(own: number, { view, offer }: Pick<Occasion, "view" | "offer">): number {
  if (offer === null) return own;
  return own * offerTrust(view, offer) * (isConfirmed(offer.history) ? 1 : SINGLE_SIGHTING);
}

function priorityOf(definition: SignalDefinition, view: MarketView): 1 | 2 | 3 {
  return definition.priorities[sensitivityRank(view)];
}

/** 0 for highly sensitive demand, 1 for medium, 2 for low or not yet known. */
function sensitivityRank(view: MarketView): 0 | 1 | 2 {
  if (view.product.sensitivity === "high") return 0;
  return view.product.sensitivity === "medium" ? 1 : 2;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
