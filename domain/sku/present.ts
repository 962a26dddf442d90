import type { DemandDayState, OfferState, QuarantinedObservation, SkuPresent } from "../messages/shard.ts";
import { latestLevel, levelAt, sourceAt } from "../observations/history.ts";
import { matchQuality } from "../observations/match-quality.ts";
import type { HeldStatus } from "./held.ts";
import type { CompetitorState, SkuState } from "./state.ts";
import { stockOf } from "./stock.ts";
import { demandDayState } from "./take-demand.ts";

const DAY_MS = 24 * 3_600_000;

/** What is wanted of a SKU. */
export interface PresentQuery {
  /** clock, ms */
  now: number;
  /** offers and signals that changed at this instant or later, ms; 0 = all */
  since: number;
  /** demand days wanted */
  days: readonly string[];
}

/** A SKU's present state as the projection writes it: the same version always says the same. */
export function presentOf(sku: SkuState, sources: readonly string[], query: PresentQuery): SkuPresent {
  const { now, since, days } = query;
  const offers: OfferState[] = [];
  for (const { competitor, history, told } of sku.competitors.values()) {
    const level = latestLevel(history);
    if (level === null || told.toldAt < since) continue;
    offers.push({
      competitor,
      price: level.price,
      landedPrice: level.landedPrice,
      currency: sku.ours?.currency ?? "",
      availability: level.availability,
      observedAt: told.observedAt,
      receivedAt: told.receivedAt,
      source: sources[told.source] ?? "",
      version: told.version,
    });
  }
  const demandDays = presentDays(sku, days, since);
  const signals = sku.signals
    .map((tracked) => tracked.state)
    .filter((state) => state.updatedAt >= since && now - (state.resolvedAt ?? now) <= DAY_MS);
  const stock = stockOf(sku.shop);
  const aggregates = [...(sku.shop?.aggregates.values() ?? [])]
    .map(({ state }) => state)
    .filter(({ receivedAt }) => receivedAt >= since);
  const quarantine = [...sku.competitors.values()].flatMap((competitor) =>
    presentQuarantine(sku, competitor, sources, query),
  );
  return {
    sku: sku.sku,
    offers,
    signals,
    demandDays,
    ...(stock === undefined ? {} : { stock }),
    ...(sku.untold !== null && since === 0 ? { untold: sku.untold.mark } : {}),
    ...(aggregates.length > 0 ? { aggregates } : {}),
    ...(quarantine.length > 0 ? { quarantine } : {}),
  };
}

/** Quarantined rows that changed since; settled ones for a day, for projections that were lost. */
function presentQuarantine(
  sku: SkuState,
  { competitor, held }: CompetitorState,
  sources: readonly string[],
  { now, since }: PresentQuery,
): QuarantinedObservation[] {
  return held
    .filter((one) => one.updatedAt >= since && (one.status === "open" || now - one.updatedAt <= DAY_MS))
    .map(({ tag: _, listed: __, rate: ___, source, status, ...row }) => ({
      ...row,
      competitor,
      currency: sku.ours?.currency ?? "",
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
} as const satisfies Record<HeldStatus, Pick<QuarantinedObservation, "status" | "settledBy">>;

/** The days that the rows name, and those of events that were told since; what waits to be told is left out. */
function presentDays(sku: SkuState, named: readonly string[], since: number): DemandDayState[] {
  const counted = sku.shop?.activity.days;
  const days = new Set(named);
  if (counted) for (const [day, { toldAt }] of counted) if (toldAt > 0 && toldAt >= since) days.add(day);
  return [...days].flatMap((day) => {
    const isWaiting = counted?.get(day) ? counted.get(day)!.waitingSince !== null : false;
    return isWaiting ? [] : (demandDayState(sku, day) ?? []);
  });
}

/** The latest offers exactly, with the time at which each was last seen. */
export function exactOffers(sku: SkuState, sources: readonly string[]): OfferState[] {
  return [...sku.competitors.values()].flatMap(({ competitor, history, receivedAt, told, match }) => {
    const last = history.count - 1;
    if (last < 0) return [];
    const flag = matchQuality(match);
    return {
      competitor,
      ...levelAt(history, last),
      currency: sku.ours?.currency ?? "",
      observedAt: history.times[last]!,
      receivedAt,
      source: sources[sourceAt(history, last)] ?? "",
      version: told.version,
      ...(flag === null ? {} : { matchQuality: flag }),
    };
  });
}
