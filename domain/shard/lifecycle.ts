import { HOUR_MS, MINUTE_MS } from "../base/time.ts";
import type { SignalState } from "../messages/present.ts";
import type { SignalSettings } from "../settings/signals.ts";
import {
  isClear,
  isMet,
  type Reading,
  type SignalContent,
  type SignalDefinition,
} from "./signals/definition.ts";
import { type MarketView, type OfferView, offerTrust } from "./signals/market-view.ts";
import { isReminderDue, noticeAfter, signalId } from "./signals/notice.ts";
import { isConfirmed } from "./signals/window.ts";
import type { TrackedSignal } from "./state.ts";

/** How far a price is trusted that was seen only once. */
const SINGLE_SIGHTING = 0.7;
/** Smaller changes of the confidence do not update a signal. */
const CONFIDENCE_STEP = 0.2;

/** What a signal is evaluated with. `offer` is the competitor's; null for a signal about the whole SKU. */
export interface Occasion {
  /** clock of the call, ms; the event time is `view.clock` */
  now: number;
  view: MarketView;
  offer: OfferView | null;
  mayOpen: boolean;
  /** what counts was changed by a setting: a signal that is no longer met ends without waiting */
  atOnce: boolean;
  /** the one competitor whose move it is that is looked at; absent: none, or several */
  mover?: string;
}

/**
 * One step in the life of a signal. It opens when its condition is first met, and stays open while the measure lies
 * between the threshold and the clearing level. Below that level it resolves once it has been clear for the quiet time,
 * counted in event time; where the condition no longer applies, since the product cannot be bought there, at once. If the condition is met again within the cool-down,
 * the same signal reopens; after it, a new one opens. Answers the new signal, if any; changes `tracked` in place.
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
  const endsAtOnce =
    definition.clearsAtOnce || occasion.atOnce || (reading === null && definition.about !== "shop");
  if (tracked.quietSince === null) noteEnded(tracked, occasion);
  const holdMs = endsAtOnce ? 0 : occasion.view.settings.clearHoldMinutes * MINUTE_MS;
  if (occasion.view.clock - tracked.quietSince! >= holdMs) resolveSignal(tracked, occasion.now);
  return null;
}

/** The condition has ended, and the quiet time begins: the signal says so. */
function noteEnded(tracked: TrackedSignal, { view, now }: Occasion): void {
  const { state } = tracked;
  tracked.quietSince = view.clock;
  const endedAt = new Date(view.clock).toISOString();
  tracked.state = {
    ...state,
    message: `${state.message} ${ENDED}`,
    evidence: { ...state.evidence, endedAt },
    updatedAt: now,
    version: state.version + 1,
  };
}

const ENDED = "This has ended, and the signal closes unless it comes back.";

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
    ...contentOf(definition, reading, occasion, occasion.mover),
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

/** Updates an open signal, or reopens a resolved one; without a change worth showing, the version stays. */
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
    state.evidence.endedAt !== undefined ||
    Math.abs(reading.value - tracked.value) > 1e-9 ||
    priorityOf(definition, occasion.view) !== state.priority ||
    isTrustChanged(state.confidence, occasion) ||
    (state.confidence >= occasion.view.settings.notifyConfidence &&
      isReminderDue(state.notice, occasion.view.settings, occasion.now));
  if (!isChanged) return;
  tracked.value = reading.value;
  const mover = state.status === "open" ? state.evidence.mover : occasion.mover;
  const updated: SignalState = {
    ...state,
    ...contentOf(definition, reading, occasion, mover),
    status: "open",
    updatedAt: occasion.now,
    resolvedAt: null,
    version: state.version + 1,
  };
  tracked.state = withNotice(updated, occasion.view.settings, occasion.now);
}

/** `mover`: the competitor that moved, said of a signal about the whole product. */
function contentOf(
  definition: SignalDefinition,
  reading: Reading,
  occasion: Occasion,
  mover: SignalState["evidence"][string] | undefined,
) {
  const { view, offer } = occasion;
  const described = describe(definition, reading, occasion);
  const rank = sensitivityRank(view);
  return {
    priority: definition.priorities[rank],
    severity: round(described.severity),
    confidence: round(confidenceOf(described.confidence, { view, offer })),
    message: `${described.message} ${described.advice ?? definition.advice[rank]}`,
    evidence: offer === null && mover ? { ...described.evidence, mover } : described.evidence,
  };
}

function describe(definition: SignalDefinition, reading: Reading, { view, offer }: Occasion): SignalContent {
  if (definition.scope === "sku") return definition.describe(view, reading);
  if (offer === null) throw new RangeError(`${definition.type} is about a competitor`);
  return definition.describe(view, offer, reading);
}

/** Whether the confidence shown is out of date. A loss counts only at a new observation, since every offer ages. */
function isTrustChanged(shown: number, { view, offer }: Occasion): boolean {
  if (offer === null) return false;
  const change = confidenceOf(1, { view, offer }) - shown;
  return change >= CONFIDENCE_STEP || (change <= -CONFIDENCE_STEP && offer.observedAt >= view.clock);
}

/** The signal's own confidence × the trust in the offer × the trust in a price that was seen only once. */
function confidenceOf(own: number, { view, offer }: Pick<Occasion, "view" | "offer">): number {
  if (offer === null) return own;
  return own * offerTrust(view, offer) * (isConfirmed(offer.history) ? 1 : SINGLE_SIGHTING);
}

function priorityOf(definition: SignalDefinition, view: MarketView): 1 | 2 | 3 {
  return definition.priorities[sensitivityRank(view)];
}

/** 0 if demand is highly sensitive to price, 1 if medium, 2 if low or not yet known. */
function sensitivityRank(view: MarketView): 0 | 1 | 2 {
  if (view.product.sensitivity === "high") return 0;
  return view.product.sensitivity === "medium" ? 1 : 2;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
