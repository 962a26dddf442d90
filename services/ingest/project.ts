import { jsonColumns } from "../../db/bulk.ts";
import { commitBatch } from "../../db/write.ts";
import type { SignalState, SkuPresent } from "../../domain/messages/present.ts";
import { UNMATCHED, type UnmatchedRow, unmatchedColumns } from "./unmatched.ts";

/** What a source delivered, for its health. Times in ms; null = nothing was accepted. */
export interface SourceActivity {
  source: string;
  batchAt: number;
  acceptedAt: number | null;
  rows: number;
  rejected: number;
  quarantined: number;
  /** rows with a price of nothing */
  zero: number;
  outOfStock: number;
}

/** Everything that a delivery writes into D1, in one commit. */
export interface Projection {
  skus: readonly SkuPresent[];
  activity: readonly SourceActivity[];
  /** outbox rows whose message has done its work */
  outboxIds: readonly number[];
  /** observations whose product is not known */
  unmatched?: readonly UnmatchedRow[];
}

/** A signal as D1 holds it: a person may have acknowledged it, of which its shard knows nothing. */
export interface ProjectedSignal extends Omit<SignalState, "status"> {
  status: SignalState["status"] | "acknowledged";
}

/** Rows of one statement: its one parameter stays far under the 2 MB of a value. */
const ROWS_PER_STATEMENT = 1_000;

/** A source's health is written at most once in this time: rows written are the bill. */
const ACTIVITY_EVERY_MS = 60_000;

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

/** What a signal says may change; what it is about may not. `status` is indexed, so it is set only when it changes. */
const SIGNAL_CONTENT = [
  "priority",
  "severity",
  "confidence",
  "message",
  "evidence",
  "updated_at",
  "resolved_at",
  "version",
];
const SIGNAL = {
  table: "signals",
  key: ["id"],
  columns: ["sku", "competitor", "type", "status", "opened_at", ...SIGNAL_CONTENT],
  returning: "id, status",
};

/** The shard knows open and resolved; that a person has acknowledged an open one is known here only. */
const SIGNALS_IN_STATUS = upsert({
  ...SIGNAL,
  update: SIGNAL_CONTENT,
  when: "(excluded.status = signals.status OR excluded.status = 'open' AND signals.status = 'acknowledged')",
});
/** One that comes back soon after it was resolved is still what somebody has seen. */
const STATUS_AFTER = `CASE WHEN excluded.status = 'open' AND signals.acknowledged_by IS NOT NULL
  THEN 'acknowledged' ELSE excluded.status END`;
const SIGNALS_CHANGING_STATUS = upsert({
  ...SIGNAL,
  update: ["status", ...SIGNAL_CONTENT],
  set: { status: STATUS_AFTER },
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

/** The newest batch's weight in the moving averages of a source's health. */
const NEWEST_WEIGHT = 0.2;

const averaged = (column: string) =>
  `${column} = CASE WHEN sources.last_batch_at IS NULL THEN seen.${column}
    ELSE sources.${column} + ${NEWEST_WEIGHT} * (seen.${column} - sources.${column}) END`;

const ACTIVITY = `UPDATE sources SET
    ${["rejected_share", "quarantined_share", "zero_share", "out_of_stock_share"].map(averaged).join(", ")},
    gap_ms = CASE WHEN last_batch_at IS NULL OR seen.batch_at <= last_batch_at THEN gap_ms
      ELSE COALESCE(gap_ms + ${NEWEST_WEIGHT} * (seen.batch_at - last_batch_at - gap_ms), seen.batch_at - last_batch_at) END,
    last_batch_at = MAX(COALESCE(last_batch_at, 0), seen.batch_at),
    last_accepted_at = NULLIF(MAX(COALESCE(last_accepted_at, 0), COALESCE(seen.accepted_at, 0)), 0)
  FROM (SELECT value ->> 0 AS id, value ->> 1 AS batch_at, value ->> 2 AS accepted_at, value ->> 3 AS rejected_share,
    value ->> 4 AS quarantined_share, value ->> 5 AS zero_share, value ->> 6 AS out_of_stock_share
    FROM json_each(?1)) AS seen
  WHERE sources.id = seen.id AND (COALESCE(sources.last_batch_at, 0) + ${ACTIVITY_EVERY_MS} <= seen.batch_at
    OR COALESCE(sources.last_accepted_at, 0) + ${ACTIVITY_EVERY_MS} <= COALESCE(seen.accepted_at, 0))`;

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

interface Upsert {
  table: string;
  key: readonly string[];
  columns: readonly string[];
  /** columns that a newer version sets; default: all but the key */
  update?: readonly string[];
  /** what a newer version sets them to; default: its own value */
  set?: Readonly<Record<string, string>>;
  /** a further condition on updating */
  when?: string;
  returning?: string;
}

/** One statement for any number of rows; a row whose stored version is not older is left alone and costs nothing. */
function upsert({ table, key, columns, update = columns, set = {}, when, returning }: Upsert): string {
  const all = [...key, ...columns];
  const assigned = update.map((column) => `${column} = ${set[column] ?? `excluded.${column}`}`);
  return `INSERT INTO ${table} (${all.join(", ")}) SELECT ${jsonColumns(all.length)} FROM json_each(?1) WHERE true
    ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${assigned.join(", ")}
    WHERE excluded.version > ${table}.version ${when ? `AND ${when}` : ""} ${returning ? `RETURNING ${returning}` : ""}`;
}

function statements(d1: D1Database, sql: string, rows: readonly unknown[]): D1PreparedStatement[] {
  const slices: D1PreparedStatement[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    slices.push(d1.prepare(sql).bind(JSON.stringify(rows.slice(start, start + ROWS_PER_STATEMENT))));
  return slices;
}

function offerRows({ sku, offers }: SkuPresent): unknown[][] {
  return offers.map((o) => [
    ...[sku, o.competitor, o.price, o.landedPrice, o.currency, o.availability, o.observedAt, o.receivedAt],
    ...[o.source, o.version],
  ]);
}

function signalRow(s: SignalState): unknown[] {
  return [
    ...[
      s.id,
      s.sku,
      s.competitor,
      s.type,
      s.status,
      s.openedAt,
      s.priority,
      s.severity,
      s.confidence,
      s.message,
    ],
    ...[JSON.stringify(s.evidence), s.updatedAt, s.resolvedAt, s.version],
  ];
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

/** One row per source: UPDATE … FROM takes only one of several matches. */
function activityRows(activity: readonly SourceActivity[]): unknown[][] {
  return [...Map.groupBy(activity, ({ source }) => source)].map(([source, seen]) => {
    const sum = (count: (one: SourceActivity) => number) =>
      seen.reduce((total, one) => total + count(one), 0);
    const share = (count: (one: SourceActivity) => number) =>
      sum(count) /
      Math.max(
        1,
        sum((one) => one.rows),
      );
    return [
      source,
      Math.max(...seen.map(({ batchAt }) => batchAt)),
      Math.max(...seen.map(({ acceptedAt }) => acceptedAt ?? 0)) || null,
      share((one) => one.rejected),
      share((one) => one.quarantined),
      share((one) => one.zero),
      share((one) => one.outOfStock),
    ];
  });
}
