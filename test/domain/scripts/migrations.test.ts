import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";

const FILES = readdirSync("migrations")
  .filter((name) => name.endsWith(".sql"))
  .sort();

test("an install of the first release is brought up to date by the migrations since, with its rows", () => {
  const db = new DatabaseSync(":memory:");
  const apply = (name: string) => db.exec(readFileSync(`migrations/${name}`, "utf8"));
  apply(FILES[0]!);
  db.exec(`INSERT INTO products (sku, title, category, currency, price, price_source, price_since, version, price_seq,
      base_price, status, created_at, updated_at)
    VALUES ('A-1', 'A', 'things', 'EUR', 1000, 'base', 1, 1, 1, 1000, 'active', 1, 1);
    INSERT INTO demand_days (sku, day, units, revenue, price, promo, version) VALUES ('A-1', '2026-06-14', 3, 3000, 1000, 0, 1);
    INSERT INTO run_shards (run_id, phase, shard, status, attempts, sent_at) VALUES ('run_1', 0, 0, 'waiting', 1, 1);`);
  expect(FILES.length).toBeGreaterThan(1);
  for (const name of FILES.slice(1)) apply(name);
  const all = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  expect(all("SELECT sku, price FROM products")).toEqual([{ sku: "A-1", price: 1_000 }]);
  expect(all("SELECT attempts, sends, started_at FROM run_shards")).toEqual([
    { attempts: 1, sends: 1, started_at: null },
  ]);
  expect(all("SELECT part, at FROM newest_data")).toEqual([{ part: "demand", at: Date.UTC(2026, 5, 14) }]);
});
