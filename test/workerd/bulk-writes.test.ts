import { env } from "cloudflare:workers";
import { and, eq, gt, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { bulkInsert, bulkUpsert, excluded, isAmong, jsonTable } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { forecasts, overrides, products, sources, stock } from "../../db/schema.ts";
import { type BatchConflict, commitBatch, guardCount, prepare } from "../../db/write.ts";
import { addProducts } from "./support.ts";

const d1 = env.DB;
const db = database(d1);

const level = (warehouse: string, units: number, version: number) => ({
  ...{ sku: "A", warehouse, units, at: 1, version },
});

it("inserts JSON, booleans and nulls as the table maps them, and as many rows as it takes", async () => {
  const text = "x".repeat(300_000);
  const rows = ["a", "b", "c"].map((sku) => ({
    ...{ sku, report: { text, list: [1, "2"] }, price: 1, track: null, runId: "run", asOf: 1 },
    ...{ shard: null, nextUnits: null, nextBaseline: null },
    ...{ priceMae: null, priceBaselineMae: null, priceScored: null, usesForecast: null },
  }));
  const statements = bulkInsert(d1, forecasts, rows);
  expect(statements).toHaveLength(3);
  await commitBatch(d1, statements);
  expect(await db.select().from(forecasts).orderBy(forecasts.sku)).toEqual(rows);
  expect(bulkInsert(d1, forecasts, [])).toEqual([]);
  const order = {
    ...({
      id: "o",
      scope: "sku",
      key: "A",
      kind: "PRICE_FREEZE",
      price: null,
      reason: 'it\'s "on"',
    } as const),
    ...{ createdBy: "me", createdAt: 1, expiresAt: 2, settled: true },
  };
  await commitBatch(d1, bulkInsert(d1, overrides, [order]));
  expect(await db.select().from(overrides)).toMatchObject([{ ...order, currency: null }]);
});

it("leaves out columns that no row names, so that their defaults hold", async () => {
  await commitBatch(d1, bulkInsert(d1, sources, [{ id: "s", name: "S", format: "jsonld", createdAt: 1 }]));
  expect(await db.select().from(sources)).toMatchObject([{ rejectedShare: 0, gapMs: null }]);
});

it("overwrites by primary key, and only with a newer version", async () => {
  const write = (...rows: (typeof stock.$inferInsert)[]) =>
    commitBatch(d1, bulkUpsert(d1, stock, rows, { newer: "version", returning: ["warehouse", "units"] }));
  await write(level("w1", 5, 2), level("w2", 6, 2));
  const [result] = await write(level("w1", 1, 2), level("w2", 7, 3));
  expect(result!.results).toEqual([{ warehouse: "w2", units: 7 }]);
  expect(await db.select({ units: stock.units }).from(stock)).toEqual([{ units: 5 }, { units: 7 }]);
});

it("overwrites the named columns, with another value and under a condition where asked", async () => {
  await commitBatch(d1, bulkUpsert(d1, stock, [level("w5", 5, 1), level("w6", 6, 1)]));
  const rows = [level("w5", 50, 2), level("w6", 1, 2), level("w7", 7, 2)];
  const upsert = {
    ...{ update: ["at"] as const, set: { units: sql`${stock.units} + ${excluded(stock.units)}` } },
    where: gt(excluded(stock.units), stock.units),
  };
  await commitBatch(d1, bulkUpsert(d1, stock, rows, upsert));
  const mine = db
    .select()
    .from(stock)
    .where(isAmong(stock.warehouse, ["w5", "w6", "w7"]));
  expect((await mine).map(({ units, version }) => [units, version])).toEqual([
    ...[
      [55, 1],
      [6, 1],
      [7, 2],
    ],
  ]);
});

it("leaves a stored row as it is where nothing is to be updated, and inserts only what may be", async () => {
  const only = (row: { units: ReturnType<typeof excluded> }) => sql`${row.units} < 100`;
  const write = (...rows: (typeof stock.$inferInsert)[]) =>
    commitBatch(d1, bulkUpsert(d1, stock, rows, { update: [], only }));
  await write(level("w8", 1, 1), level("w9", 100, 1));
  await write(level("w8", 2, 2));
  const mine = db
    .select()
    .from(stock)
    .where(isAmong(stock.warehouse, ["w8", "w9"]));
  expect(await mine).toMatchObject([{ warehouse: "w8", units: 1 }]);
});

it("updates from rows of one parameter, and a count that is not as wanted undoes the batch", async () => {
  await addProducts({ sku: "P1" }, { sku: "P2" });
  const seen = jsonTable(
    "seen",
    ["sku", "total"],
    [
      { sku: "P1", total: 7 },
      { sku: "P3", total: 8 },
    ],
  );
  const update = prepare(
    d1,
    db
      .update(products)
      .set({ stock: seen.total, stockVersion: 3 })
      .from(seen.table)
      .where(eq(products.sku, seen.sku)),
  );
  const hits = db.$count(products, and(isAmong(products.sku, ["P1", "P3"]), eq(products.stockVersion, 3)));
  const failure = await commitBatch(d1, [update, guardCount(d1, hits, 2)]).catch((error: unknown) => error);
  expect((failure as BatchConflict).failure).toBe("guard_failed");
  const stocks = db.select({ sku: products.sku, stock: products.stock }).from(products).orderBy(products.sku);
  expect(await stocks).toMatchObject([{ stock: null }, { stock: null }]);
  await commitBatch(d1, [update, guardCount(d1, hits, 1)]);
  expect(await stocks).toEqual([
    { sku: "P1", stock: 7 },
    { sku: "P2", stock: null },
  ]);
});
