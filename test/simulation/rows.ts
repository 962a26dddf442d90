import type { DemandDayState, OfferState, SignalState } from "../../domain/messages/shard.ts";
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
  };
}
