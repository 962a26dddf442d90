import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Bytes of each store of an install, and of the parts that it is made of. */
export type StoreSizes = Record<string, Record<string, number>>;

/** Folders of the local runtime's state that hold SQLite files, and what the bench calls them. */
const FOLDERS: readonly [name: string, folder: RegExp][] = [
  ["d1", /D1DatabaseObject$/],
  ["shards", /SkuShard$/],
  ["inboxes", /Inbox$/],
  ["visitors", /Visitor$/],
  ["progress", /RunProgress$/],
];

/** How long a file that the runtime is just writing is waited for, ms. */
const LOCKED_MS = 10_000;

/** Used bytes of every table with its indexes: pages of the file that hold something. */
export function databaseSizes(stateFolder: string): StoreSizes {
  const files = readdirSync(stateFolder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".sqlite"),
  );
  const stores: StoreSizes = {};
  for (const [name, folder] of FOLDERS) {
    const tables: Record<string, number> = {};
    for (const file of files)
      if (folder.test(file.split("/").at(-2) ?? "")) addTables(tables, join(stateFolder, file));
    stores[name] = tables;
  }
  return stores;
}

function addTables(tables: Record<string, number>, file: string): void {
  const database = new DatabaseSync(file, { readOnly: true, timeout: LOCKED_MS });
  const rows = database
    .prepare(
      `SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
       GROUP BY s.tbl_name`,
    )
    .all() as { name: string; bytes: number }[];
  for (const { name, bytes } of rows) tables[name] = (tables[name] ?? 0) + bytes;
  database.close();
}

export function total(parts: Record<string, number> | undefined): number {
  return Object.values(parts ?? {}).reduce((sum, bytes) => sum + bytes, 0);
}
