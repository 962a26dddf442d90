import { expect, test } from "vitest";
import { emptyPacked, PACKED_VERSION, packRow, unpackRows } from "../../../domain/messages/packed-rows.ts";
import type { RowKind, RowsByKind } from "../../../domain/messages/rows.ts";

const RECEIVED_AT = Date.UTC(2026, 5, 15, 12);
const SKUS = ["KETTLE-1", "KETTLE-2"];
const at = RECEIVED_AT - 1000;

/** Two rows of each kind: one with all that may be known, one with the least. */
const ROWS: { [K in RowKind]: RowsByKind[K][] } = {
  observations: [
    {
      ...{ row: 0, sku: "KETTLE-1", competitor: "alpha", price: 9000, landedPrice: 9490, observedAt: at },
      availability: "preorder",
      listed: { currency: "USD", landedPrice: 10_000, stale: true, move: 0.01 },
      packFactor: 1.5,
    },
    {
      ...{ row: 7, sku: "KETTLE-2", competitor: "alpha", price: 9000, landedPrice: 8500 },
      availability: "unknown",
      observedAt: RECEIVED_AT + 300_000,
    },
  ],
  demand: [
    {
      ...{ row: 0, sku: "KETTLE-1", day: "2026-06-14", units: 3, price: 9000, revenue: 26_000 },
      ...{ inStockShare: 0.25, promo: true, views: 9, carts: 4 },
    },
    {
      ...{ row: 1, sku: "KETTLE-1", day: "2026-06-15", units: 0, price: 9000, revenue: null },
      ...{ inStockShare: null, promo: false, views: null, carts: null },
    },
  ],
  events: [
    {
      ...{ row: 0, sku: "KETTLE-1", event: 2 ** 51 + 1, visitor: 5, type: "purchase", device: "mobile" },
      ...{ quantity: 2, price: 9000, dwellSeconds: 1.5, at },
    },
    {
      ...{ row: 1, sku: "KETTLE-2", event: 6, visitor: 5, type: "product_view", device: "unknown" },
      ...{ quantity: 1, price: null, dwellSeconds: null, at },
    },
  ],
  inventory: [
    {
      ...{ row: 0, sku: "KETTLE-1", warehouse: "north", id: "a", type: "sale", effect: "add" },
      ...{ quantity: -2, at },
    },
    {
      ...{ row: 1, sku: "KETTLE-1", warehouse: "south", id: "b", type: "snapshot", effect: "set" },
      ...{ quantity: 0, at },
    },
  ],
  aggregates: [
    {
      ...{ row: 0, sku: "KETTLE-1", aggregator: "site", available: true, min: 1, avg: 2, max: 3 },
      ...{ storesTracked: 4, observedAt: at },
    },
    {
      ...{ row: 1, sku: "KETTLE-2", aggregator: "site", available: false, min: 1, avg: 1, max: 1 },
      ...{ storesTracked: 0, observedAt: at },
    },
  ],
  carts: [
    { row: 0, sku: "KETTLE-1", visitor: 5, carts: 3, at, bought: false },
    { row: 1, sku: "KETTLE-1", visitor: 5, carts: 3, at, bought: true },
  ],
};

function throughText<K extends RowKind>(kind: K): RowsByKind[K][] {
  const packed = emptyPacked();
  for (const row of ROWS[kind]) packRow(packed, kind, row, SKUS.indexOf(row.sku), RECEIVED_AT);
  const read = JSON.parse(JSON.stringify(packed));
  return unpackRows(read, kind, RECEIVED_AT, (number) => SKUS[Number(number)]!);
}

test.each(Object.keys(ROWS) as RowKind[])("rows of %s are unpacked as they were packed", (kind) => {
  expect(throughText(kind)).toEqual(ROWS[kind]);
});

test("rows that another version packed are refused", () => {
  const packed = { ...emptyPacked(), version: PACKED_VERSION + 1 };
  expect(() => unpackRows(packed, "carts", RECEIVED_AT, String)).toThrow(
    "packed in version 2, and this code reads version 1",
  );
});
