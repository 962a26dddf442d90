import { gzipSync } from "node:zlib";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { civilDay } from "../../domain/base/time.ts";
import { timeOfId } from "../context.ts";

/** Under this the bucket keeps rows that left the database. */
export const ARCHIVE_PREFIX = "archive/";

/**
 * Puts rows of a table away as packed JSON lines, named by their content: the same rows again are the same object, so a
 * repeated try leaves no copy. `at`: ms.
 */
export async function archiveRows(
  lake: R2Bucket,
  table: string,
  at: number,
  rows: readonly object[],
): Promise<void> {
  const text = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
  const key = `${ARCHIVE_PREFIX}${table}/${civilDay(at, "UTC")}/${sha256Hex(text).slice(0, 24)}.jsonl.gz`;
  await lake.put(key, gzipSync(text), {
    httpMetadata: { contentType: "application/x-ndjson", contentEncoding: "gzip" },
    customMetadata: { table, rows: String(rows.length) },
  });
}

/**
 * Ends the archives of days before an instant (ms), and the explanations of proposals that are as old. Answers how many
 * objects went.
 */
export async function endArchives(lake: R2Bucket, until: number): Promise<number> {
  const before = civilDay(until, "UTC");
  let removed = 0;
  for (const run of await foldersIn(lake, "runs/")) {
    const madeAt = timeOfId(run);
    if (madeAt !== null && madeAt < until) removed += await removeObjects(lake, run);
  }
  for (const table of await foldersIn(lake, ARCHIVE_PREFIX))
    for (const day of await foldersIn(lake, table))
      if (day.slice(table.length, -1) < before) removed += await removeObjects(lake, day);
  return removed;
}

/** The folders right under a prefix, each with its last slash. */
export async function foldersIn(lake: R2Bucket, prefix: string): Promise<string[]> {
  const folders: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await lake.list({ prefix, delimiter: "/", ...(cursor === undefined ? {} : { cursor }) });
    folders.push(...page.delimitedPrefixes);
    if (!page.truncated) return folders;
    cursor = page.cursor;
  }
}

/** Removes the objects under a prefix, or those of them that are not wanted. Answers how many went. */
export async function removeObjects(
  lake: R2Bucket,
  prefix: string,
  isWanted: (key: string) => boolean = () => false,
): Promise<number> {
  let removed = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await lake.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    const keys = page.objects.map(({ key }) => key).filter((key) => !isWanted(key));
    if (keys.length > 0) await lake.delete(keys);
    removed += keys.length;
    if (!page.truncated) return removed;
    cursor = page.cursor;
  }
}
