import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Asks the API: JSON, or the bytes of a file of the lake. */
export interface LakeApi {
  ask<T>(method: string, path: string): Promise<T>;
  file(key: string): Promise<Uint8Array>;
}

const TABLES = ["observations", "events", "inventory", "demand", "signals"] as const;

/** Exports until nothing waits, and opens the lake's files in DuckDB: one view for each table. */
export async function openLake(api: LakeApi): Promise<{ duck: DuckDBConnection; close(): void }> {
  for (;;) {
    await api.ask("POST", "/api/lake/export");
    const { waiting } = await api.ask<{ waiting: number }>("GET", "/api/lake");
    if (waiting === 0) break;
  }
  const folder = mkdtempSync(join(tmpdir(), "lake-"));
  const duck = await (await DuckDBInstance.create()).connect();
  for (const table of TABLES) {
    mkdirSync(join(folder, table));
    let files = 0;
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: { items: { key: string; sha256: string }[]; nextCursor: string | null } = await api.ask(
        "GET",
        `/api/lake/files?table=${table}&limit=500${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      for (const { key, sha256 } of page.items) {
        const bytes = await api.file(key);
        if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new Error(`${key} is damaged`);
        writeFileSync(join(folder, table, `${files++}.parquet`), bytes);
      }
      cursor = page.nextCursor;
    }
    if (files > 0)
      await duck.run(
        `CREATE VIEW ${table} AS SELECT * FROM read_parquet('${join(folder, table)}/*.parquet')`,
      );
  }
  return { duck, close: () => rmSync(folder, { recursive: true }) };
}
