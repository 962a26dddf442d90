import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { Sqlite } from "./platform/sqlite.ts";
import { traceTables } from "./trace.ts";
import { SKUS } from "./traffic.ts";

/** Times short enough for all of a signal's life to fall into an hour of faults. */
export const SETTINGS = {
  ...DEFAULT_SETTINGS.signals,
  clearHoldMinutes: 10,
  coolDownHours: 0.5,
  offerFreshHours: 6,
};
const MIGRATIONS = join(import.meta.dirname, "../../migrations");

/** An empty install with products. */
export function freshDatabase(): Sqlite {
  const sqlite = new Sqlite();
  for (const file of readdirSync(MIGRATIONS).sort())
    if (file.endsWith(".sql")) sqlite.run(`${readFileSync(join(MIGRATIONS, file), "utf8")};`);
  for (const sku of SKUS)
    sqlite.run(
      `INSERT INTO products (sku, title, category, currency, price, price_source, price_since, version, price_seq,
         base_price, status, created_at, updated_at)
       VALUES (?1, ?1, 'test', 'EUR', 10000, 'base', 0, 1, 0, 10000, 'active', 0, 0)`,
      [sku],
    );
  sqlite.run("INSERT INTO settings (version, body, actor, at) VALUES (1, ?1, 'test', 0)", [
    JSON.stringify({ ...DEFAULT_SETTINGS, signals: SETTINGS }),
  ]);
  traceTables(sqlite);
  return sqlite;
}

/** Before each test: digests are there at once, not when another thread comes to it, and nothing is printed. */
export function quietAndInOrder(): void {
  // the order of events must be the seed's alone
  vi.spyOn(crypto.subtle, "digest").mockImplementation(async (_, data) => {
    const bytes = createHash("sha256")
      .update(new Uint8Array(data as ArrayBuffer))
      .digest();
    return new Uint8Array(bytes).buffer;
  });
  for (const level of ["warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation(() => undefined);
}
