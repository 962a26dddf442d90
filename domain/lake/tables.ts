/** The tables of the lake: what each row of a Parquet file says. docs/lake.md describes them for readers. */

/** `instant`: ms since 1970, a timestamp in the file. Money is integer minor units of `currency`. */
export type LakeType = "text" | "integer" | "real" | "boolean" | "instant";
export type LakeValue = string | number | boolean | null;
export type LakeRow = Readonly<Record<string, LakeValue>>;

export interface LakeTable {
  columns: Readonly<Record<string, LakeType>>;
  /** the column that says when it happened: an instant, or a civil day. Files are kept by its date */
  time: string;
  /** columns that together are never the same in two rows, in the order of rows that happened at the same time */
  id: readonly string[];
}

/** Where a posted row came from: its batch, and its place in it. */
const ORIGIN = {
  ...{ source: "text", batch: "text", chunk: "integer", row: "integer", received_at: "instant" },
} as const satisfies Record<string, LakeType>;
const ORIGIN_ID = ["source", "batch", "chunk", "row"] as const;

const OBSERVATION = {
  ...{ sku: "text", competitor: "text", seller: "text", price: "integer", landed_price: "integer" },
  ...{ currency: "text", availability: "text", observed_at: "instant" },
  ...{ listed_price: "integer", listed_currency: "text", rate_stale: "boolean", rate_move: "real" },
  ...{ pack_factor: "real", correction: "boolean", ...ORIGIN },
} as const satisfies Record<string, LakeType>;

export const LAKE_TABLES = {
  observations: { columns: OBSERVATION, time: "observed_at", id: ORIGIN_ID },
  /** of the same form: what the price gate held back when it came */
  quarantined: { columns: OBSERVATION, time: "observed_at", id: ORIGIN_ID },
  events: {
    columns: {
      ...{ sku: "text", event: "integer", visitor: "integer", type: "text", device: "text" },
      ...{ quantity: "real", price: "integer", currency: "text", dwell_seconds: "real", at: "instant" },
      ...{ correction: "boolean", ...ORIGIN },
    },
    time: "at",
    id: ORIGIN_ID,
  },
  inventory: {
    columns: {
      ...{ sku: "text", warehouse: "text", id: "text", type: "text", effect: "text", quantity: "real" },
      ...{ at: "instant", correction: "boolean", ...ORIGIN },
    },
    time: "at",
    id: ORIGIN_ID,
  },
  demand: {
    columns: {
      ...{ sku: "text", day: "text", units: "real", price: "integer", revenue: "integer" },
      ...{ currency: "text", in_stock_share: "real", promo: "boolean", views: "integer", carts: "integer" },
      ...{ period: "text", promotions: "text", correction: "boolean", ...ORIGIN },
    },
    time: "day",
    id: ["received_at", ...ORIGIN_ID],
  },
  aggregates: {
    columns: {
      ...{ sku: "text", aggregator: "text", available: "boolean", min: "integer", avg: "integer" },
      ...{ max: "integer", currency: "text", stores_tracked: "integer", observed_at: "instant" },
      ...{ correction: "boolean", ...ORIGIN },
    },
    time: "observed_at",
    id: ORIGIN_ID,
  },
  ledger: {
    columns: {
      ...{ seq: "integer", sku: "text", from_price: "integer", to_price: "integer", currency: "text" },
      ...{ source: "text", cause_kind: "text", cause_id: "text", actor: "text", at: "instant" },
      ...{ reason: "text", prev_hash: "text", hash: "text" },
    },
    time: "at",
    id: ["seq"],
  },
  /** one row for each state that an export saw: the newest of an id is how it is */
  proposals: {
    columns: {
      ...{ id: "text", run_id: "text", sku: "text", category: "text", from_price: "integer" },
      ...{ to_price: "integer", currency: "text", change_pct: "real", status: "text", risk: "text" },
      ...{ strategy: "text", confidence: "real", expected: "text", created_at: "instant" },
      ...{ effective_at: "instant", decided_by: "text", decided_at: "instant", ledger_seq: "integer" },
      at: "instant",
    },
    time: "at",
    id: ["id"],
  },
  signals: {
    columns: {
      ...{ id: "text", sku: "text", competitor: "text", type: "text", status: "text", priority: "integer" },
      ...{ severity: "real", confidence: "real", message: "text", evidence: "text" },
      ...{ opened_at: "instant", resolved_at: "instant", acknowledged_by: "text", at: "instant" },
    },
    time: "at",
    id: ["id"],
  },
} as const satisfies Record<string, LakeTable>;

export type LakeTableName = keyof typeof LAKE_TABLES;
export const LAKE_TABLE_NAMES = Object.keys(LAKE_TABLES) as LakeTableName[];

/** Tables that are taken from D1, and can be taken again. Of posted rows the lake has the only copy. */
export const DERIVED_TABLES = ["ledger", "proposals", "signals"] as const satisfies LakeTableName[];

/** What was in quarantine and is believed since then; it goes to the observations. */
export const BELIEVED = "believed";
/** What is read from D1, by the name under which the lake notes how far it has. */
export const DERIVED_SOURCES = [...DERIVED_TABLES, BELIEVED] as const;
export type DerivedSource = (typeof DERIVED_SOURCES)[number];

/** Rows sorted by time and id, by the date (UTC) under which they are kept. */
export function byDate(name: LakeTableName, rows: readonly LakeRow[]): Map<string, LakeRow[]> {
  const { time, id }: LakeTable = LAKE_TABLES[name];
  const sorted = [...rows].sort((a, b) => {
    for (const column of [time, ...id]) {
      const order = compare(a[column]!, b[column]!);
      if (order !== 0) return order;
    }
    return 0;
  });
  return Map.groupBy(sorted, (row) => dateOf(row[time]!));
}

function compare(a: LakeValue, b: LakeValue): number {
  return a === b ? 0 : a! < b! ? -1 : 1;
}

function dateOf(time: LakeValue): string {
  return typeof time === "number" ? new Date(time).toISOString().slice(0, 10) : String(time);
}
