import { commitBatch } from "../../db/write.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import { ACTIVITY, activityRows, type SourceActivity } from "./project-activity.ts";
import {
  type ProjectedSignal,
  SIGNALS_CHANGING_STATUS,
  SIGNALS_IN_STATUS,
  signalRow,
} from "./project-signals.ts";
import { UNMATCHED, type UnmatchedRow, unmatchedColumns } from "./unmatched.ts";
import { statements, upsert } from "./upsert.ts";

/** Everything that a delivery writes into D1, in one commit. */
export interface Projection {
  skus: readonly SkuPresent[];
  activity: readonly SourceActivity[];
  /** outbox rows whose message has done its work */
  outboxIds: readonly number[];
  /** observations whose product is not known */
  unmatched?: readonly UnmatchedRow[];
}

const OFFERS = upsert({
  table: "offers",
  key: ["sku", "competitor"],
  columns: [
    "price",
    "landed_price",
    "currency",
    "availability",
    "observed_at",
    "received_at",
    "source",
    "version",
  ],
});

const DEMAND_DAYS = upsert({
  table: "demand_days",
  key: ["sku", "day"],
  columns: ["units", "revenue", "price", "in_stock_share", "promo", "views", "carts", "version", "behaviour"],
});

const STOCK = upsert({
  table: "stock",
  key: ["sku", "warehouse"],
  columns: ["units", "refused", "at", "version"],
});

/**
 * Our side's stock, kept beside the price for whoever decides: the shard that sent it knows it already, so that it is
 * no change of version, and nothing is sent back.
 */
const TOTAL_STOCK = `UPDATE products SET stock = seen.total, stock_version = seen.version
  FROM (SELECT value ->> 0 AS sku, value ->> 1 AS total, value ->> 2 AS version FROM json_each(?1)) AS seen
  WHERE products.sku = seen.sku AND COALESCE(products.stock_version, 0) < seen.version`;

const AGGREGATES = upsert({
  table: "aggregates",
  key: ["sku", "aggregator"],
  columns: ["available", "min", "avg", "max", "stores_tracked", "observed_at", "received_at", "version"],
});

const QUARANTINE = upsert({
  table: "quarantine",
  key: ["id"],
  columns: [
    "sku",
    "competitor",
    "source",
    "price",
    "landed_price",
    "currency",
    "availability",
    "code",
    "kind",
    "expected",
    "observed_at",
    "received_at",
    "held_at",
    "status",
    "settled_by",
    "updated_at",
    "version",
  ],
  update: ["status", "settled_by", "updated_at", "version"],
});

const COMPETITORS = `INSERT INTO competitors (id, name, include, weight, is_new, first_seen_at)
  SELECT value ->> 0, value ->> 0, 1, 1, 1, value ->> 1 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`;

const SETTLE_OUTBOX = "DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?1))";

/**
 * Lays absolute, versioned state over D1 in one commit: an older version never overwrites, so that a replay and a
 * reordering end in the same rows, and a replay writes none. Answers the signals that this commit changed, as they are
 * now.
 */
export async function commitProjection(d1: D1Database, projection: Projection): Promise<ProjectedSignal[]> {
  const { skus } = projection;
  const signals = new Map(skus.flatMap((sku) => sku.signals.map((signal) => [signal.id, signal] as const)));
  const signalRows = [...signals.values()].map(signalRow);
  const signalStatements = [
    ...statements(d1, SIGNALS_IN_STATUS, signalRows),
    ...statements(d1, SIGNALS_CHANGING_STATUS, signalRows),
  ];
  const others = [
    ...statements(d1, OFFERS, skus.flatMap(offerRows)),
    ...statements(d1, DEMAND_DAYS, skus.flatMap(demandRows)),
    ...statements(d1, STOCK, skus.flatMap(stockRows)),
    ...statements(
      d1,
      TOTAL_STOCK,
      skus.flatMap(({ sku, stock }) => (stock ? [[sku, stock.total, stock.version]] : [])),
    ),
    ...statements(d1, AGGREGATES, skus.flatMap(aggregateRows)),
    ...statements(d1, QUARANTINE, skus.flatMap(quarantineRows)),
    ...statements(d1, COMPETITORS, firstSeen(skus)),
    ...statements(d1, UNMATCHED, (projection.unmatched ?? []).map(unmatchedColumns)),
    ...statements(d1, ACTIVITY, activityRows(projection.activity)),
    ...statements(d1, SETTLE_OUTBOX, projection.outboxIds),
  ];
  if (signalStatements.length + others.length === 0) return [];
  const results = await commitBatch(d1, [...signalStatements, ...others]);
  const changed = results
    .slice(0, signalStatements.length)
    .flatMap((result) => result.results as Pick<ProjectedSignal, "id" | "status">[]);
  return changed.flatMap(({ id, status }) => {
    const signal = signals.get(id);
    return signal === undefined ? [] : [{ ...signal, status }];
  });
}

function offerRows({ sku, offers }: SkuPresent): unknown[][] {
  return offers.map((o) => [
    ...[sku, o.competitor, o.price, o.landedPrice, o.currency, o.availability, o.observedAt, o.receivedAt],
    ...[o.source, o.version],
  ]);
}

function demandRows({ sku, demandDays }: SkuPresent): unknown[][] {
  return demandDays.map((d) => [
    ...[sku, d.day, d.units, d.revenue, d.price, d.inStockShare, d.promo, d.views, d.carts, d.version],
    d.behaviour ?? null,
  ]);
}

function stockRows({ sku, stock }: SkuPresent): unknown[][] {
  const levels = stock?.warehouses ?? [];
  return levels.map(({ warehouse, units, refused, at, version }) => [
    ...[sku, warehouse, units, refused.length > 0 ? JSON.stringify(refused) : null, at, version],
  ]);
}

function aggregateRows({ sku, aggregates = [] }: SkuPresent): unknown[][] {
  return aggregates.map((a) => [
    ...[sku, a.aggregator, a.available, a.min, a.avg, a.max, a.storesTracked, a.observedAt, a.receivedAt],
    a.version,
  ]);
}

function quarantineRows({ sku, quarantine = [] }: SkuPresent): unknown[][] {
  return quarantine.map((q) => [
    ...[
      q.id,
      sku,
      q.competitor,
      q.source,
      q.price,
      q.landedPrice,
      q.currency,
      q.availability,
      q.code,
      q.kind,
    ],
    ...[q.expected, q.observedAt, q.receivedAt, q.heldAt, q.status, q.settledBy, q.updatedAt, q.version],
  ]);
}

/** Each competitor once, with the earliest time that an offer of it was received. */
function firstSeen(skus: readonly SkuPresent[]): [string, number][] {
  const earliest = new Map<string, number>();
  for (const { offers } of skus)
    for (const { competitor, receivedAt } of offers)
      earliest.set(competitor, Math.min(receivedAt, earliest.get(competitor) ?? receivedAt));
  return [...earliest];
}
