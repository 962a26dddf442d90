import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const D1_FOLDER = join("v3", "d1", "miniflare-D1DatabaseObject");

function openLocalD1(stateDir: string): DatabaseSync {
  const folder = join(stateDir, D1_FOLDER);
  const file = readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  if (!file) throw new Error(`no local D1 below ${stateDir}`);
  return new DatabaseSync(join(folder, file), { readOnly: true });
}

/** The rows of a query on the local D1 of a state directory. The install may be running. */
export function queryLocalD1(stateDir: string, sql: string): Record<string, unknown>[] {
  const database = openLocalD1(stateDir);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** Tables that are about requests, not about the shop: a receipt or a health mark may change them. */
const ABOUT_REQUESTS = new Set(["api_keys", "d1_migrations", "metrics", "sessions", "sources"]);

/** Every row of every other table, by table, in the order of the whole row. */
export function readLocalTables(stateDir: string): Record<string, string[]> {
  const names = queryLocalD1(stateDir, "SELECT name FROM sqlite_schema WHERE type = 'table'");
  const tables = names
    .map(({ name }) => String(name))
    .filter((name) => !name.startsWith("_cf_") && !name.startsWith("sqlite_") && !ABOUT_REQUESTS.has(name));
  return Object.fromEntries(
    tables.map((table) => {
      const rows = queryLocalD1(stateDir, `SELECT * FROM "${table}"`);
      return [table, rows.map((row) => JSON.stringify(row)).sort()];
    }),
  );
}
