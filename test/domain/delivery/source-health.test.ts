import { expect, test } from "vitest";
import { type SourceVitals, troublesOf } from "../../../domain/delivery/source.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const HOUR = 3_600_000;
const WELL: SourceVitals = {
  lastBatchAt: NOW - 60_000,
  lastAcceptedAt: NOW - 60_000,
  rejectedShare: 0.02,
  quarantinedShare: 0.01,
  zeroShare: 0,
  outOfStockShare: 0.1,
  gapMs: 900_000,
};

test.each<[Partial<SourceVitals>, string[]]>([
  [{}, []],
  [{ lastBatchAt: null, gapMs: null }, []],
  [{ rejectedShare: 0.6 }, ["failing"]],
  [{ rejectedShare: 1, zeroShare: 1 }, ["all_zero", "failing"]],
  [{ outOfStockShare: 0.96 }, ["all_out_of_stock"]],
  [{ quarantinedShare: 0.3 }, ["much_quarantined"]],
  [{ lastBatchAt: NOW - 50 * 60_000 }, []],
  [{ lastBatchAt: NOW - 61 * 60_000 }, ["silent"]],
  [{ lastBatchAt: NOW - 61 * 60_000, gapMs: HOUR }, []],
  [{ lastBatchAt: NOW - 2 * 24 * HOUR, gapMs: null }, []],
])("%o", (change, expected) => {
  expect(troublesOf({ ...WELL, ...change }, NOW)).toEqual(expected);
});
