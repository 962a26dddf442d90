import { DAY_MS } from "../base/time.ts";
import type {
  AggregateState,
  DemandDayState,
  OfferState,
  QuarantinedObservation,
  SignalState,
  SkuPresent,
} from "../messages/present.ts";
import { matchQuality } from "./competitors/gate.ts";
import { latestLevel, levelAt, sourceAt } from "./competitors/history.ts";
import { demandDayState, stockOf } from "./shop-state.ts";
import type { CompetitorState, EntryStatus, SkuState } from "./state.ts";

/** What is wanted of a SKU. */
export interface PresentQuery {
  /** clock, ms */
  now: number;
  /** offers and signals that changed at this instant or later, ms; 0 = all */
  since: number;
  /** demand days wanted, with repeats */
  days: readonly string[];
}

/** A SKU's present state as the projection writes it: the same version always says the same. */
export function presentOf(sku: SkuState, sources: readonly string[], query: PresentQuery): SkuPresent {
  const { now, since, days } = query;
  const offers: OfferState[] = [];
  const quarantine: QuarantinedObservation[] = [];
  for (const state of sku.competitors.values()) {
    if (state.projected.projectedAt >= since) offers.push(...presentOffer(sku, state, sources));
    if (state.quarantine.length > 0) quarantine.push(...presentQuarantine(sku, state, sources, query));
  }
  const signals: SignalState[] = [];
  for (const { state } of sku.signals)
    if (state.updatedAt >= since && now - (state.resolvedAt ?? now) <= DAY_MS) signals.push(state);
  const stock = stockOf(sku.shop);
  const aggregates: AggregateState[] = [];
  if (sku.shop !== null)
    for (const { state } of sku.shop.aggregates.values())
      if (state.receivedAt >= since) aggregates.push(state);
  return {
    sku: sku.sku,
    offers,
    signals,
    demandDays: presentDays(sku, days, since),
    ...(stock === undefined ? {} : { stock }),
    ...(sku.unprojected !== null && since === 0 ? { unprojected: sku.unprojected.mark } : {}),
    ...(aggregates.length > 0 ? { aggregates } : {}),
    ...(quarantine.length > 0 ? { quarantine } : {}),
  };
}

/** The latest offer as it was last given for projection; none while the competitor has only quarantined rows. */
function presentOffer(
  sku: SkuState,
  { competitor, history, projected }: CompetitorState,
  sources: readonly string[],
): OfferState[] {
  const level = latestLevel(history);
  if (level === null) return [];
  const { observedAt, receivedAt, version } = projected;
  const { price, landedPrice, availability } = level;
  const currency = sku.product?.currency ?? "";
  const source = sources[projected.source] ?? "";
  return [
    { competitor, price, landedPrice, currency, availability, observedAt, receivedAt, source, version },
  ];
}

/** Quarantined rows that changed since; settled ones for a day, in case their projection was lost. */
function presentQuarantine(
  sku: SkuState,
  { competitor, quarantine }: CompetitorState,
  sources: readonly string[],
  { now, since }: PresentQuery,
): QuarantinedObservation[] {
  return quarantine
    .filter((one) => one.updatedAt >= since && (one.status === "open" || now - one.updatedAt <= DAY_MS))
    .map(({ tag: _, listed: __, rate: ___, source, status, ...row }) => ({
      ...row,
      competitor,
      currency: sku.product?.currency ?? "",
      source: sources[source] ?? "",
      ...SHOWN_AS[status],
    }));
}

/** A row that was given up because the next price was normal again is shown as discarded by the gate. */
const SHOWN_AS = {
  open: { status: "open", settledBy: null },
  returned: { status: "discarded", settledBy: "gate" },
  confirmed: { status: "confirmed", settledBy: "gate" },
  released: { status: "released", settledBy: "person" },
  discarded: { status: "discarded", settledBy: "person" },
  expired: { status: "expired", settledBy: "time" },
} as const satisfies Record<EntryStatus, Pick<QuarantinedObservation, "status" | "settledBy">>;

/** The days that rows name, and days of events that are due for projection; those that still wait are left out. */
function presentDays(sku: SkuState, named: readonly string[], since: number): DemandDayState[] {
  const counted = sku.shop?.activity.days;
  if (counted === undefined && named.length === 0) return [];
  const days = new Set(named);
  if (counted)
    for (const [day, { projectedAt }] of counted) if (projectedAt > 0 && projectedAt >= since) days.add(day);
  return [...days].flatMap((day) => {
    const isWaiting = counted?.get(day) ? counted.get(day)!.waitingSince !== null : false;
    return isWaiting ? [] : (demandDayState(sku, day) ?? []);
  });
}

/** The latest offers exactly, with the time at which each was last seen. */
export function exactOffers(sku: SkuState, sources: readonly string[]): OfferState[] {
  return [...sku.competitors.values()].flatMap(({ competitor, history, receivedAt, projected, match }) => {
    const last = history.count - 1;
    if (last < 0) return [];
    const flag = matchQuality(match);
    return {
      competitor,
      ...levelAt(history, last),
      currency: sku.product?.currency ?? "",
      observedAt: history.times[last]!,
      receivedAt,
      source: sources[sourceAt(history, last)] ?? "",
      version: projected.version,
      ...(flag === null ? {} : { matchQuality: flag }),
    };
  });
}
