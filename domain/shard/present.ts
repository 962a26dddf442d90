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
import { matchQuality } from "./competitors/gate.ts";
import { latestLevel, levelAt, sourceAt } from "./competitors/history.ts";
import { groupSeenAt, leadingSeller, listedSellers, type SellerGroup, sellerGroups } from "./sellers.ts";
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
  /** for how long what is settled is wanted, ms; default: a day, in case its projection was lost */
  settledFor?: number;
}

/** A SKU's present state as the projection writes it: the same version always says the same. */
export function presentOf(
  sku: SkuState,
  sources: readonly string[],
  query: PresentQuery,
  settings: ShardSettings | null,
): SkuPresent {
  const { now, since, days, settledFor = DAY_MS } = query;
  const offers: OfferState[] = [];
  const quarantine: QuarantinedObservation[] = [];
  const groups = settings === null || !mayShowOffers(sku, since) ? [] : sellerGroups(sku, settings);
  for (const group of groups) {
    if (group.states.some(({ projected }) => projected.projectedAt >= since))
      offers.push(...presentOffer(sku, group, sources, settings!));
    for (const state of group.states)
      if (state.quarantine.length > 0)
        quarantine.push(...presentQuarantine(sku, state, sources, query, group.competitor));
  }
  const signals: SignalState[] = [];
  for (const { state } of sku.signals)
    if (state.updatedAt >= since && now - (state.resolvedAt ?? now) <= settledFor) signals.push(state);
  const stock = stockOf(sku.shop);
  const aggregates: AggregateState[] = [];
  if (sku.shop !== null)
    for (const { state } of sku.shop.aggregates.values())
      if (state.receivedAt >= since) aggregates.push(state);
  const present: SkuPresent = { sku: sku.sku, offers, signals, demandDays: presentDays(sku, days, since) };
  if (stock !== undefined) present.stock = stock;
  if (sku.unprojected !== null && since === 0) present.unprojected = sku.unprojected.mark;
  if (aggregates.length > 0) present.aggregates = aggregates;
  if (quarantine.length > 0) present.quarantine = quarantine;
  return present;
}

/** Whether any seller has something to show since then: most rows repeat a price, so that there is nothing. */
function mayShowOffers({ competitors }: SkuState, since: number): boolean {
  for (const { projected, quarantine } of competitors.values())
    if (projected.projectedAt >= since || quarantine.length > 0) return true;
  return false;
}

/**
 * The latest offer as it was last given for projection; none while the competitor has only quarantined rows. Its version
 * is the sum of its sellers', so that it grows whichever of them changes.
 */
function presentOffer(
  sku: SkuState,
  group: SellerGroup,
  sources: readonly string[],
  settings: ShardSettings,
): OfferState[] {
  const { competitor, states } = group;
  const newestAt = Math.max(...states.map(({ projected }) => projected.observedAt));
  const listed = listedSellers(group);
  const leader = leadingSeller(listed ?? group, newestAt, settings);
  const level = leader === null ? null : latestLevel(leader.history);
  if (leader === null || level === null) return [];
  const { projected } = leader;
  const { observedAt, receivedAt } = projected;
  const version = states.reduce((sum, one) => sum + one.projected.version, 0);
  const { price, landedPrice, availability } = level;
  const currency = sku.product?.currency ?? "";
  const source = sources[projected.source] ?? "";
  const missingSince = listed === null ? leader.missing : null;
  return [
    {
      ...{ competitor, price, landedPrice, currency, availability },
      ...{ observedAt, receivedAt, source, version, missingSince },
    },
  ];
}

/** Quarantined rows that changed since; settled ones for a while, in case their projection was lost. */
function presentQuarantine(
  sku: SkuState,
  { quarantine }: CompetitorState,
  sources: readonly string[],
  { now, since, settledFor = DAY_MS }: PresentQuery,
  competitor: string,
): QuarantinedObservation[] {
  return quarantine
    .filter((one) => one.updatedAt >= since && (one.status === "open" || now - one.updatedAt <= settledFor))
    .map(({ tag: _, listed: __, rate: ___, packFactor: ____, source, status, ...row }) => ({
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

/**
 * The days that rows name, and days of events that were due for projection since. What waits for the next time goes along
 * where the day is projected anyway: a purchase is seen at once, whatever follows it.
 */
function presentDays(sku: SkuState, named: readonly string[], since: number): DemandDayState[] {
  const counted = sku.shop?.activity.days;
  if (counted === undefined && named.length === 0) return [];
  const days = new Set(named);
  if (counted)
    for (const [day, { projectedAt }] of counted) if (projectedAt > 0 && projectedAt >= since) days.add(day);
  return [...days].flatMap((day) => demandDayState(sku, day) ?? []);
}

/** The latest offers exactly, with the time at which each was last seen, and what each seller of a marketplace asks. */
export function exactOffers(
  sku: SkuState,
  sources: readonly string[],
  settings: ShardSettings | null,
): OfferState[] {
  if (settings === null) return [];
  return sellerGroups(sku, settings).flatMap((group): OfferState[] => {
    const listed = listedSellers(group);
    const leader = leadingSeller(listed ?? group, groupSeenAt(group), settings);
    if (leader === null) return [];
    const { seller } = leader;
    const sellers = group.states.flatMap((state) => exactOffer(sku, state, sources, group.competitor) ?? []);
    const version = sellers.reduce((sum, one) => sum + one.version, 0);
    const offer = { ...exactOffer(sku, leader, sources, group.competitor)!, version };
    if (listed !== null) offer.missingSince = null;
    if (group.states.length === 1 && seller === null) return [offer];
    return [{ ...offer, ...(seller === null ? {} : { seller }), sellers }];
  });
}

function exactOffer(
  sku: SkuState,
  { history, seller, receivedAt, projected, match, packFactor, missing }: CompetitorState,
  sources: readonly string[],
  competitor: string,
): OfferState | null {
  const last = history.count - 1;
  if (last < 0) return null;
  const flag = matchQuality(match);
  return {
    competitor,
    ...levelAt(history, last),
    currency: sku.product?.currency ?? "",
    observedAt: history.times[last]!,
    receivedAt,
    source: sources[sourceAt(history, last)] ?? "",
    version: projected.version,
    missingSince: missing,
    ...(seller === null ? {} : { seller }),
    ...(flag === null ? {} : { matchQuality: flag }),
    ...(packFactor === null ? {} : { packFactor }),
  };
}
