/** The shard's own schema, append-only: a released entry is never edited. */
export const SHARD_MIGRATIONS: readonly { id: string; sql: string }[] = [
  {
    id: "001_journal_and_groups",
    sql: `
      CREATE TABLE summary (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
      CREATE TABLE journal (slot INTEGER PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL);
      CREATE TABLE sku_groups (
        number INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (number, part)
      ) WITHOUT ROWID;`,
  },
];

/**
 * Applies what is missing, in order.
 * @throws if what was applied is not the beginning of the list: the code is older than the data.
 */
export function migrateShard(storage: DurableObjectStorage): void {
  storage.sql.exec("CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY) WITHOUT ROWID");
  const applied = storage.sql
    .exec<{ id: string }>("SELECT id FROM migrations ORDER BY id")
    .toArray()
    .map((row) => row.id);
  if (applied.some((id, i) => SHARD_MIGRATIONS[i]?.id !== id))
    throw new Error(`the shard's schema is newer than this code: ${applied.join(", ")}`);
  for (const { id, sql } of SHARD_MIGRATIONS.slice(applied.length))
    storage.transactionSync(() => {
      storage.sql.exec(sql);
      storage.sql.exec("INSERT INTO migrations (id) VALUES (?)", id);
    });
}
