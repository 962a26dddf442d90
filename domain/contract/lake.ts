import { z } from "zod";
import { LAKE_TABLE_NAMES, type LakeTableName } from "../lake/tables.ts";
import { count, instant, named } from "./answers.ts";

export const LakeTableShape = z.enum(LAKE_TABLE_NAMES as [LakeTableName, ...LakeTableName[]]);

/** What the lake holds. */
export const LakeReport = named("Lake", {
  pass: count.describe("grows with every export"),
  exportedAt: instant.nullable(),
  waiting: count.describe("chunks of posted rows that the next export takes"),
  manifest: z.string().describe("key of the file in the bucket that lists all others"),
  tables: z.array(
    z.object({
      name: LakeTableShape,
      columns: z.record(z.string(), z.enum(["text", "integer", "real", "boolean", "instant"])),
      ...{ parts: count, rows: count, bytes: count },
      firstDate: z.string().nullable(),
      lastDate: z.string().nullable(),
    }),
  ),
});

/** One Parquet file. */
export const LakeFileShape = named("LakeFile", {
  key: z.string(),
  table: LakeTableShape,
  date: z.string(),
  ...{ rows: count, bytes: count, sha256: z.string() },
  ...{ firstAt: instant, lastAt: instant, writtenAt: instant },
});

export const LakeExported = named("LakeExported", { passes: count, parts: count, rows: count });

export const LakeReset = z.strictObject({
  tables: z.array(LakeTableShape).min(1),
  discard: z.boolean().default(false).describe("posted rows are in no other place: say so to lose them"),
});

export const LakeRestore = z.strictObject({
  skus: z.array(z.string()).min(1).max(10_000).optional().describe("whose rows; absent: of all"),
  shard: z.int().nonnegative().optional().describe("those of one shard"),
  cursor: z.string().max(1_000).optional(),
});

export const LakeRestored = named("LakeRestored", {
  ...{ files: count, rows: count },
  nextCursor: z.string().nullable().describe("null when all files have been read"),
});
