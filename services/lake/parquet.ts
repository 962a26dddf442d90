import { parquetReadObjects } from "hyparquet/src/read.js";
import type { BasicType } from "hyparquet-writer";
import { parquetWriteBuffer } from "hyparquet-writer/src/write.js";
import {
  LAKE_TABLES,
  type LakeRow,
  type LakeTable,
  type LakeTableName,
  type LakeType,
  type LakeValue,
} from "../../domain/lake/tables.ts";

const TYPES: Readonly<Record<LakeType, BasicType>> = {
  ...{ text: "STRING", integer: "INT64", real: "DOUBLE", boolean: "BOOLEAN", instant: "TIMESTAMP" },
};

/** Rows as a Parquet file: every column may be null, compressed with Snappy. The same rows give the same bytes. */
export function writeParquet(name: LakeTableName, rows: readonly LakeRow[]): Uint8Array<ArrayBuffer> {
  const { columns }: LakeTable = LAKE_TABLES[name];
  const columnData = Object.entries(columns).map(([column, type]) => ({
    name: column,
    type: TYPES[type],
    data: rows.map((row) => written(type, row[column] ?? null)),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: "pricewright" }));
}

function written(type: LakeType, value: LakeValue): LakeValue | bigint | Date {
  if (value === null) return null;
  if (type === "integer") return BigInt(value);
  return type === "instant" ? new Date(value as number) : value;
}

/** The rows of a file. */
export async function readParquet(
  name: LakeTableName,
  bytes: ArrayBuffer,
  columns?: readonly string[],
): Promise<LakeRow[]> {
  const types: Readonly<Record<string, LakeType>> = LAKE_TABLES[name].columns;
  const rows = await parquetReadObjects({ file: bytes, ...(columns && { columns: [...columns] }) });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, read(types[column], value)])),
  );
}

function read(type: LakeType | undefined, value: unknown): LakeValue {
  if (value === null || value === undefined) return null;
  // files from before quantities had decimals hold them as integers
  if (type === "integer" || type === "real") return Number(value);
  return type === "instant" ? (value as Date).getTime() : (value as LakeValue);
}
