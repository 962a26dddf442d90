import type {
  AggregateState,
  DemandDayState,
  OfferState,
  QuarantinedObservation,
  SignalState,
  WarehouseLevel,
} from "../../domain/messages/present.ts";
import type { Seen } from "./trace.ts";

/** An offer as its row in D1 says it. */
export function offerRow(offer: OfferState): Partial<Seen> {
  return {
    price: offer.price,
    landed_price: offer.landedPrice,
    currency: offer.currency,
    availability: offer.availability,
    observed_at: offer.observedAt,
    received_at: offer.receivedAt,
    source: offer.source,
    version: offer.version,
  };
}

export function signalRow(signal: SignalState): Partial<Seen> {
  return {
    sku: signal.sku,
    competitor: signal.competitor,
    type: signal.type,
    status: signal.status,
    priority: signal.priority,
    severity: signal.severity,
    confidence: signal.confidence,
    message: signal.message,
    evidence: JSON.stringify(signal.evidence),
    opened_at: signal.openedAt,
    updated_at: signal.updatedAt,
    resolved_at: signal.resolvedAt,
    version: signal.version,
  };
}

export function dayRow(day: DemandDayState): Partial<Seen> {
  return {
    units: day.units,
    revenue: day.revenue,
    price: day.price,
    in_stock_share: day.inStockShare,
    promo: day.promo ? 1 : 0,
    views: day.views,
    carts: day.carts,
    version: day.version,
    behaviour: day.behaviour ?? null,
  };
}

export function stockRow(level: WarehouseLevel): Partial<Seen> {
  const { units, refused, at, version } = level;
  return { units, refused: refused.length > 0 ? JSON.stringify(refused) : null, at, version };
}

export function aggregateRow(aggregate: AggregateState): Partial<Seen> {
  return {
    available: aggregate.available ? 1 : 0,
    min: aggregate.min,
    avg: aggregate.avg,
    max: aggregate.max,
    stores_tracked: aggregate.storesTracked,
    observed_at: aggregate.observedAt,
    received_at: aggregate.receivedAt,
    version: aggregate.version,
  };
}

export function quarantineRow(one: QuarantinedObservation): Partial<Seen> {
  return {
    competitor: one.competitor,
    source: one.source,
    price: one.price,
    landed_price: one.landedPrice,
    availability: one.availability,
    code: one.code,
    kind: one.kind,
    expected: one.expected,
    observed_at: one.observedAt,
    received_at: one.receivedAt,
    held_at: one.heldAt,
    status: one.status,
    settled_by: one.settledBy,
    updated_at: one.updatedAt,
    version: one.version,
  };
}
