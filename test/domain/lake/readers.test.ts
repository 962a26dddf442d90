import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import {
  byDate,
  LAKE_TABLE_NAMES,
  LAKE_TABLES,
  type LakeRow,
  type LakeTable,
  type LakeTableName,
  type LakeType,
  type LakeValue,
} from "../../../domain/lake/tables.ts";
import { readParquet, writeParquet } from "../../../services/lake/parquet.ts";

const folder = mkdtempSync(join(tmpdir(), "lake-"));
afterAll(() => rmSync(folder, { recursive: true }));

const VALUES: Record<LakeType, fc.Arbitrary<LakeValue>> = {
  text: fc.string({ unit: "grapheme", maxLength: 30 }),
  integer: fc.maxSafeInteger(),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  instant: fc.integer({ min: 0, max: 4e12 }),
};

/** Rows of a table, in which everything but the time may be absent. */
function rowsOf(name: LakeTableName): fc.Arbitrary<LakeRow[]> {
  const { columns, time }: LakeTable = LAKE_TABLES[name];
  const day = fc
    .integer({ min: 0, max: 20_000 })
    .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
  const fields = Object.entries<LakeType>(columns).map(([column, type]) => [
    column,
    column === time ? (type === "text" ? day : VALUES[type]) : fc.option(VALUES[type], { freq: 4 }),
  ]);
  return fc.array(fc.record(Object.fromEntries(fields)), { minLength: 1, maxLength: 60 }) as fc.Arbitrary<
    LakeRow[]
  >;
}

/** A value of ours as DuckDB answers it. */
function asRead(type: LakeType, value: LakeValue | undefined) {
  if (value === null || value === undefined) return null;
  if (type === "integer") return BigInt(value as number);
  return type === "instant" ? BigInt(value as number) * 1000n : value;
}

it.each(LAKE_TABLE_NAMES)("files of %s are read by DuckDB, and by us, as they were written", async (name) => {
  const columns = Object.entries<LakeType>(LAKE_TABLES[name].columns);
  const duck = await (await DuckDBInstance.create()).connect();
  const path = join(folder, `${name}.parquet`);
  await fc.assert(
    fc.asyncProperty(rowsOf(name), async (rows) => {
      const bytes = writeParquet(name, rows);
      expect(writeParquet(name, rows)).toEqual(bytes);
      writeFileSync(path, bytes);
      const found = await duck.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
      expect(found.columnNames()).toEqual(columns.map(([column]) => column));
      const read = found.getRows().map((row) =>
        row.map((value) => {
          if (typeof value === "object" && value !== null && "micros" in value) return value.micros;
          return Object.is(value, -0) ? 0 : value;
        }),
      );
      const wanted = rows.map((row) =>
        columns.map(([column, type]) => {
          const value = asRead(type, row[column]);
          return Object.is(value, -0) ? 0 : value;
        }),
      );
      expect(read).toEqual(wanted);
      expect(await readParquet(name, bytes.buffer)).toEqual(rows);
    }),
    { numRuns: 15 },
  );
});

it("rows are kept by the date of their time, in its order, whatever order they came in", () => {
  const row = (observed_at: number, at: number): LakeRow => ({
    ...{ observed_at, source: "s", batch: "b", chunk: 0, row: at },
  });
  const rows = [
    row(Date.UTC(2026, 0, 2), 3),
    row(Date.UTC(2026, 0, 1, 5), 1),
    row(Date.UTC(2026, 0, 1, 5), 0),
  ];
  const dates = byDate("observations", rows);
  expect([...dates.keys()]).toEqual(["2026-01-01", "2026-01-02"]);
  expect(dates.get("2026-01-01")).toEqual([rows[2], rows[1]]);
  expect(byDate("demand", [{ day: "2026-03-01", received_at: 1 }]).has("2026-03-01")).toBe(true);
});
