import { BATCH_KINDS, type BatchKind } from "../messages/queue.ts";
import type { ListedPrice, ObservationRow, RowsByKind } from "../messages/rows.ts";
import type { RowVerdict } from "../messages/verdict.ts";
import { LAKE_TABLES, type LakeRow, type LakeTableName, type LakeValue } from "./tables.ts";

export type PostedRow = RowsByKind[BatchKind];

/**
 * The rows of a chunk as its Inbox keeps them until they are in the lake: values by the names of columns, so that a later
 * version of the code reads them too. What all rows of the chunk share is not in it.
 */
interface StagedRows {
  columns: string[];
  accepted: LakeValue[][];
  quarantined: LakeValue[][];
}

/** What all rows of a chunk share. */
export interface ChunkOrigin {
  source: string;
  batchId: string;
  kind: BatchKind;
  chunk: number;
  /** ms */
  receivedAt: number;
}

/** Columns whose value is a field of the row under another name. */
const FIELDS: Readonly<Record<string, string>> = {
  landed_price: "landedPrice",
  observed_at: "observedAt",
  pack_factor: "packFactor",
  dwell_seconds: "dwellSeconds",
  in_stock_share: "inStockShare",
  stores_tracked: "storesTracked",
};
const OF_CHUNK = new Set(["source", "batch", "chunk", "received_at"]);

/** How a column's value is found in an observation in another currency. */
const LISTED: Readonly<Record<string, keyof ListedPrice>> = {
  ...{ listed_price: "landedPrice", listed_currency: "currency", rate_stale: "stale", rate_move: "move" },
};

/** A posted row by the names of its fields. */
interface Fields {
  readonly sku: string;
  readonly [field: string]: unknown;
}

/** How a column's value is found in a row. */
type ColumnReader = (
  row: Fields,
  isCorrection: boolean,
  currencyOf: (sku: string) => string | undefined,
) => LakeValue;

function readerOf(name: string): ColumnReader {
  if (name === "currency") return (row, _, currencyOf) => currencyOf(row.sku) ?? null;
  if (name === "correction") return (_, isCorrection) => isCorrection;
  // an event of the session alone names no product
  if (name === "sku") return ({ sku }) => (sku === "" ? null : sku);
  const ofListed = LISTED[name];
  if (ofListed !== undefined) return ({ listed }) => (listed as ListedPrice | undefined)?.[ofListed] ?? null;
  const field = FIELDS[name] ?? name;
  return (row) => (row[field] as LakeValue | undefined) ?? null;
}

/** The columns of each kind that are kept, found once: this runs for every row. */
const STAGED_COLUMNS = Object.fromEntries(
  BATCH_KINDS.map((kind) => {
    const names = Object.keys(LAKE_TABLES[kind].columns).filter((name) => !OF_CHUNK.has(name));
    return [kind, { names, readers: names.map(readerOf) }];
  }),
) as Record<BatchKind, { names: string[]; readers: ColumnReader[] }>;

/**
 * The rows that were accepted or quarantined, as text; null if none was. `currencyOf`: of a SKU's product.
 */
export function stageRows(
  kind: BatchKind,
  rows: readonly PostedRow[],
  verdicts: readonly RowVerdict[],
  currencyOf: (sku: string) => string | undefined,
): string | null {
  const verdictOf: RowVerdict[] = [];
  for (const verdict of verdicts) verdictOf[verdict.row] = verdict;
  const { names, readers } = STAGED_COLUMNS[kind];
  const staged: StagedRows = { columns: names, accepted: [], quarantined: [] };
  for (const row of rows) {
    const { verdict, code } = verdictOf[row.row] ?? {};
    if (verdict !== "accepted" && verdict !== "quarantined") continue;
    const values: LakeValue[] = [];
    for (const read of readers) values.push(read(row as unknown as Fields, code === "corrected", currencyOf));
    staged[verdict].push(values);
  }
  return staged.accepted.length + staged.quarantined.length === 0 ? null : JSON.stringify(staged);
}

/** What was staged of a chunk as rows of the lake, by table. */
export function lakeRowsOf(origin: ChunkOrigin, text: string): [table: LakeTableName, rows: LakeRow[]][] {
  const { columns, accepted, quarantined } = JSON.parse(text) as StagedRows;
  const { source, batchId, chunk, receivedAt } = origin;
  const ofChunk = { source, batch: batchId, chunk, received_at: receivedAt };
  const rowsOf = (values: LakeValue[][]) =>
    values.map((row) => ({ ...Object.fromEntries(columns.map((name, i) => [name, row[i]!])), ...ofChunk }));
  return [
    [origin.kind, rowsOf(accepted)],
    ["quarantined", rowsOf(quarantined)],
  ];
}

/** A row of the lake as the typed row that it was. */
export function postedRowOf<K extends BatchKind>(kind: K, row: LakeRow): RowsByKind[K] {
  const names = Object.keys(LAKE_TABLES[kind].columns);
  const skipped = new Set([...OF_CHUNK, "currency", "correction"]);
  const fields = Object.fromEntries(
    names.flatMap((name) => (skipped.has(name) ? [] : [[FIELDS[name] ?? name, row[name] ?? null]])),
  );
  if (kind === "observations") return observationOf(fields, row) as RowsByKind[K];
  return (kind === "demand" ? demandOf(fields) : fields) as unknown as RowsByKind[K];
}

/** What a row of demand may lack is absent, not null. */
function demandOf({ period, promotions, ...rest }: Record<string, LakeValue>) {
  return { ...rest, ...(period !== null && { period }), ...(promotions !== null && { promotions }) };
}

/** What an observation may lack is absent, not null. */
function observationOf(fields: Record<string, LakeValue>, row: LakeRow): ObservationRow {
  const { listed_price, listed_currency, rate_stale, rate_move, seller, packFactor, ...rest } = fields;
  const listed: ListedPrice | null =
    row.listed_price == null
      ? null
      : {
          landedPrice: listed_price as number,
          currency: listed_currency as string,
          stale: rate_stale === true,
          ...(rate_move === null ? {} : { move: rate_move as number }),
        };
  return {
    ...(rest as unknown as ObservationRow),
    ...(seller === null ? {} : { seller: seller as string }),
    ...(packFactor === null ? {} : { packFactor: packFactor as number }),
    ...(listed === null ? {} : { listed }),
  };
}
