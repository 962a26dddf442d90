import type { z } from "@hono/zod-openapi";
import type { SignalRecord } from "../../db/reads/market.ts";
import type { competitors } from "../../db/schema.ts";
import type { Competitor, DemandDay, Offer, Signal } from "../../domain/contract/market-shapes.ts";
import { iso } from "../../domain/contract/page.ts";
import type { DemandDayState, OfferState } from "../../domain/messages/present.ts";
import { formatMinor } from "../../domain/money/format.ts";
import { given } from "./given.ts";

export function presentSignal({
  signal,
  title,
}: {
  signal: SignalRecord;
  title: string | null;
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
    }),
  };
}

/** `ours` is the served price; the gap compares landed prices, positive = we are dearer. */
export function presentOffer(
  offer: OfferState,
  ours: number,
  now: number,
  freshMs: number,
): z.infer<typeof Offer> {
  const fresh = now - offer.observedAt <= freshMs;
  return {
    competitor: offer.competitor,
    price: formatMinor(offer.price, offer.currency),
    landedPrice: formatMinor(offer.landedPrice, offer.currency),
    currency: offer.currency,
    availability: offer.availability,
    observedAt: iso(offer.observedAt),
    receivedAt: iso(offer.receivedAt),
    fresh,
    status: fresh ? "accepted" : "stale",
    gapPct: Math.round((ours / offer.landedPrice - 1) * 10_000) / 100,
    ...given({ matchQuality: offer.matchQuality ?? null }),
  };
}

export function presentDemandDay(
  row: Omit<DemandDayState, "version" | "behaviour">,
  currency: string,
): z.infer<typeof DemandDay> {
  return {
    day: row.day,
    units: row.units,
    revenue: formatMinor(row.revenue, currency),
    price: formatMinor(row.price, currency),
    promo: row.promo,
    ...given({ inStockShare: row.inStockShare, views: row.views, carts: row.carts }),
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
    ...given({ domain: row.domain }),
  };
}
