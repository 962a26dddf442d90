import { asc, isNull } from "drizzle-orm";
import { lakeParts } from "../../db/schema.ts";
import { iso } from "../../domain/contract/answers.ts";
import { LAKE_TABLES } from "../../domain/lake/tables.ts";
import type { ServiceContext } from "../context.ts";
import { noteShown } from "./lake-state.ts";
import { LAKE_PREFIX } from "./write-parts.ts";

export const MANIFEST_KEY = `${LAKE_PREFIX}manifest.json`;

/** Writes what the lake consists of into the bucket, for readers that see nothing but the bucket. */
export async function showManifest(
  { db, lake, now }: Pick<ServiceContext, "db" | "lake" | "now">,
  pass: number,
): Promise<void> {
  const parts = await db
    .select()
    .from(lakeParts)
    .where(isNull(lakeParts.replacedAt))
    .orderBy(asc(lakeParts.key));
  const files = parts.map(({ key, tableName, date, rows, bytes, sha256, firstAt, lastAt }) => ({
    ...{ key, table: tableName, date, rows, bytes, sha256, firstAt: iso(firstAt), lastAt: iso(lastAt) },
  }));
  const tables = Object.fromEntries(
    Object.entries(LAKE_TABLES).map(([name, { columns }]) => [name, columns]),
  );
  await lake.put(MANIFEST_KEY, JSON.stringify({ version: 1, pass, writtenAt: iso(now), tables, files }), {
    httpMetadata: { contentType: "application/json" },
  });
  await noteShown({ db }, pass);
}
