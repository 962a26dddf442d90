import type { InferInsertModel } from "drizzle-orm";
import type { lakeParts } from "../../db/schema.ts";
import { DAY_MS, dayNumber } from "../../domain/base/time.ts";
import { LAKE_TABLES, type LakeRow, type LakeTableName } from "../../domain/lake/tables.ts";
import { writeParquet } from "./parquet.ts";

export type LakePart = InferInsertModel<typeof lakeParts>;

/** Under which all that belongs to the lake stands in the bucket. */
export const LAKE_PREFIX = "lake/";
const PASS_DIGITS = 8;

/** A pass as it stands in the names of its files: they sort in the order of the passes. */
export function passName(pass: number): string {
  return String(pass).padStart(PASS_DIGITS, "0");
}

/** Writes rows of one table and date, which are sorted, as a file of that name. The same rows again write the same file. */
export async function writePart(
  { lake, now }: { lake: R2Bucket; now: number },
  { table, date, name, pass }: { table: LakeTableName; date: string; name: string; pass: number },
  rows: readonly LakeRow[],
): Promise<LakePart> {
  const key = `${LAKE_PREFIX}${table}/date=${date}/${name}.parquet`;
  const bytes = writeParquet(table, rows);
  const sha256 = await sha256Of(bytes);
  await lake.put(key, bytes, {
    httpMetadata: { contentType: "application/vnd.apache.parquet" },
    customMetadata: { sha256, rows: String(rows.length) },
  });
  const { time } = LAKE_TABLES[table];
  const times = [rows[0]!, rows.at(-1)!].map((row) => {
    const at = row[time as keyof typeof row]!;
    return typeof at === "number" ? at : dayNumber(String(at)) * DAY_MS;
  });
  return {
    ...{ key, tableName: table, date, pass, rows: rows.length, bytes: bytes.length, sha256 },
    ...{ firstAt: times[0]!, lastAt: times[1]!, writtenAt: now },
  };
}

export async function sha256Of(bytes: BufferSource): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
