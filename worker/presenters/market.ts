import type { z } from "@hono/zod-openapi";
import type { SignalRecord } from "../../db/reads/market.ts";
import type { ProductRecord } from "../../db/reads/products.ts";
import type { AggregateRecord } from "../../db/reads/shop.ts";
import type { SignalGroup } from "../../db/reads/signal-groups.ts";
import type { competitors } from "../../db/schema.ts";
import { warehouseHours } from "../../domain/analysis/stock-cover.ts";
import type { WindowVisitors } from "../../domain/analysis/window-visitors.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { roundQuantity } from "../../domain/base/quantity.ts";
import { iso } from "../../domain/contract/answers.ts";
import type {
  AggregateShape,
  BehaviourShape,
  Competitor,
  DemandDay,
  Offer,
  Signal,
  StockShape,
} from "../../domain/contract/market.ts";
import type { DemandDayState, OfferState } from "../../domain/messages/present.ts";
import { type DemandExtras, shownAvailability } from "../../domain/messages/rows.ts";
import { type FreshnessSettings, isFreshOffer } from "../../domain/settings/freshness.ts";
import type { BehaviourPoint } from "../../domain/shard/demand/behaviour.ts";
import type { readProductStock } from "../../services/analysis/list-stock.ts";
import { given } from "./given.ts";
import { rounded } from "./marts.ts";

export function presentSignal({
  signal,
  title,
  group,
}: {
  signal: SignalRecord;
  title: string | null;
  group?: SignalGroup;
}): z.infer<typeof Signal> {
  return {
    id: signal.id,
    sku: signal.sku,
    type: signal.type,
    status: signal.status,
    priority: signal.priority,
    severity: signal.severity,
    confidence: signal.confidence,
    message: signal.message,
    evidence: signal.evidence,
    openedAt: iso(signal.openedAt),
    updatedAt: iso(signal.updatedAt),
    ...given({
      title,
      competitor: signal.competitor,
      resolvedAt: signal.resolvedAt === null ? null : iso(signal.resolvedAt),
      acknowledgedBy: signal.acknowledgedBy,
      assignee: signal.assignee,
    }),
    ...(group && { group: { ...group, from: iso(group.from), to: iso(group.to) } }),
  };
}

/** `ours` is the served price; the gap compares landed prices, positive = we are dearer. */
export function presentOffer(
  offer: OfferState,
  ours: number,
  now: number,
  settings: FreshnessSettings,
  excluded: readonly string[],
): z.infer<typeof Offer> {
  const fresh = isFreshOffer(offer, now, settings) && offer.missingSince === null;
  const sellers = offer.sellers?.map((one) => presentSeller(one, now, settings));
  return {
    competitor: offer.competitor,
    price: formatMinor(offer.price, offer.currency),
    landedPrice: formatMinor(offer.landedPrice, offer.currency),
    currency: offer.currency,
    availability: shownAvailability(offer.availability),
    observedAt: iso(offer.observedAt),
    receivedAt: iso(offer.receivedAt),
    fresh,
    status: statusOf(offer, fresh, excluded),
    gapPct: Math.round((ours / offer.landedPrice - 1) * 10_000) / 100,
    ...given({
      missingSince: offer.missingSince === null ? null : iso(offer.missingSince),
      matchQuality: offer.matchQuality ?? null,
      packFactor: offer.packFactor ?? null,
      seller: offer.seller ?? null,
      sellers: sellers ?? null,
    }),
  };
}

function statusOf({ competitor, missingSince }: OfferState, fresh: boolean, excluded: readonly string[]) {
  if (excluded.includes(competitor)) return "excluded";
  if (missingSince !== null) return "missing";
  return fresh ? "accepted" : "stale";
}

function presentSeller(offer: OfferState, now: number, settings: FreshnessSettings) {
  return {
    ...given({ seller: offer.seller ?? null }),
    price: formatMinor(offer.price, offer.currency),
    landedPrice: formatMinor(offer.landedPrice, offer.currency),
    availability: shownAvailability(offer.availability),
    observedAt: iso(offer.observedAt),
    fresh: isFreshOffer(offer, now, settings) && offer.missingSince === null,
    ...given({ missingSince: offer.missingSince === null ? null : iso(offer.missingSince) }),
  };
}

/** A day of demand as the shard or D1 has it. */
export type DemandDayView = Omit<DemandDayState, "version" | "behaviour" | keyof DemandExtras> & {
  [name in keyof DemandExtras]?: DemandExtras[name] | null;
};

export function presentDemandDay(row: DemandDayView, currency: string): z.infer<typeof DemandDay> {
  return {
    day: row.day,
    units: row.units,
    revenue: formatMinor(row.revenue, currency),
    price: formatMinor(row.price, currency),
    promo: row.promo,
    ...given({ inStockShare: row.inStockShare, views: row.views, carts: row.carts }),
    ...(row.period && { period: row.period }),
    ...(row.promotions && { promotions: JSON.parse(row.promotions) }),
  };
}

export function presentCompetitor(row: typeof competitors.$inferSelect): z.infer<typeof Competitor> {
  const { id, name, include, weight, isNew } = row;
  return {
    id,
    name,
    include,
    weight,
    isNew,
    firstSeenAt: iso(row.firstSeenAt),
    ...given({ domain: row.domain, mergedInto: row.mergedInto }),
  };
}

export function presentBehaviour(
  { at, behaviour }: BehaviourPoint,
  seen: WindowVisitors | null,
  currency: string,
): z.infer<typeof BehaviourShape> {
  return {
    at: iso(at),
    ...behaviour,
    ...{ visitors: seen?.visitors ?? null, visitorsByDevice: seen?.devices ?? null },
    revenue: formatMinor(behaviour.revenue, currency),
    refundAmount: formatMinor(behaviour.refundAmount, currency),
  };
}

export function presentStock(
  { sku, quantityUnit }: Pick<ProductRecord, "sku" | "quantityUnit">,
  { levels, unitsPerHour }: Awaited<ReturnType<typeof readProductStock>>,
): z.infer<typeof StockShape> {
  const hours = warehouseHours(levels, unitsPerHour);
  return {
    sku,
    total: roundQuantity(levels.reduce((sum, { units }) => sum + units, 0)),
    ...given({ quantityUnit }),
    warehouses: levels.map(({ warehouse, units, at, refused }, i) => ({
      warehouse,
      units,
      hoursToStockout: rounded(hours[i]!, 1),
      at: iso(at),
      refused: (refused ?? []).map((event) => ({ ...event, at: iso(event.at) })),
    })),
  };
}

export function presentAggregate(row: AggregateRecord, currency: string): z.infer<typeof AggregateShape> {
  const { aggregator, available, storesTracked } = row;
  return {
    aggregator,
    available,
    min: formatMinor(row.min, currency),
    avg: formatMinor(row.avg, currency),
    max: formatMinor(row.max, currency),
    storesTracked,
    observedAt: iso(row.observedAt),
    receivedAt: iso(row.receivedAt),
  };
}
