import { DAY_MS } from "../base/time.ts";
import type {
  AggregateState,
  DemandDayState,
  OfferState,
  QuarantinedObservation,
  SignalState,
  SkuPresent,
} from "../messages/present.ts";
import type { ShardSettings } from "../messages/shard.ts";
import { offerFreshMs } from "../settings/freshness.ts";
import { matchQuality } from "./competitors/gate.ts";
import { latestLevel, levelAt, sourceAt } from "./competitors/history.ts";
import { demandDayState, stockOf } from "./shop-state.ts";
import type { MarketView } from "./signals/market-view.ts";
import { isAboutShop } from "./signals/table.ts";
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

/** The latest offer as it was told; none while the competitor has only rows that are held. */
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

/** Quarantined rows that changed since; settled ones for a day, for projections that were lost. */
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

/** A row that was dropped because the next price was normal counts as discarded, by the gate. */
const SHOWN_AS = {
  open: { status: "open", settledBy: null },
  returned: { status: "discarded", settledBy: "gate" },
  confirmed: { status: "confirmed", settledBy: "gate" },
  released: { status: "released", settledBy: "person" },
  discarded: { status: "discarded", settledBy: "person" },
  expired: { status: "expired", settledBy: "time" },
} as const satisfies Record<EntryStatus, Pick<QuarantinedObservation, "status" | "settledBy">>;

/** The days that the rows name, and those of events that were told since; what waits to be told is left out. */
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

/**
 * Whether one more observation of this competitor that repeats its price and availability can change no signal. None is
 * open that it keeps up or lets clear; and none can open, for all that a repeated price may open depends on our side, the
 * settings and the fresh offers, and these are as they were when this competitor was last looked at. `clock`: event time
 * of the observation, ms.
 */
export function isSteady(
  sku: SkuState,
  { competitor, steady, quarantine, rate }: CompetitorState,
  clock: number,
  settings: ShardSettings,
): boolean {
  if (steady === null || steady !== sku.steady) return false;
  // a converted price may move by its rate
  if (rate !== null) return false;
  if (steady.settings !== settings || clock > steady.until || quarantine.length > 0) return false;
  for (const { state } of sku.signals) {
    if (state.status !== "open") continue;
    if (state.competitor === null ? !isAboutShop(state.type) : state.competitor === competitor) return false;
  }
  return true;
}

/** Notes that the signals were looked at for an observation of `competitor`. */
export function noteSteady(
  sku: SkuState,
  { offers, clock }: Pick<MarketView, "offers" | "clock">,
  competitor: string,
  settings: ShardSettings,
): void {
  let until = Number.POSITIVE_INFINITY;
  let isSeen = false;
  for (const offer of offers) {
    until = Math.min(until, offer.observedAt + offerFreshMs(offer.competitor, settings));
    isSeen ||= offer.competitor === competitor;
  }
  const { steady } = sku;
  // once an offer has gone stale, each of the others is looked at anew
  if (steady === null || steady.settings !== settings || clock > steady.until)
    sku.steady = { settings, until };
  else steady.until = until;
  const state = sku.competitors.get(competitor);
  if (state !== undefined) state.steady = isSeen ? sku.steady : null;
}
