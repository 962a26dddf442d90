import { describe, expect, test } from "vitest";
import { readEvent } from "../../../domain/intake/event-row.ts";
import { readInventory } from "../../../domain/intake/inventory-row.ts";
import { PRODUCTS } from "../../../scripts/demo/catalogue.ts";
import { openingStock, visitOf, WAREHOUSES } from "../../../scripts/demo/shoppers.ts";

const AT = new Date("2026-06-15T12:00:00Z");
const TICKS = 20_000;

describe("the demo's shoppers", () => {
  const visits = Array.from({ length: TICKS }, (_, tick) => visitOf(7, tick, AT));
  const events = visits.flatMap((visit) => visit.events as { id: string; type: string; sku?: string }[]);
  const stock = visits.flatMap((visit) => visit.stock as { id: string; type: string; quantity: number }[]);

  test("post rows that ingest reads, each with an id of its own", () => {
    expect(events.every((event, row) => readEvent(event, row).ok)).toBe(true);
    expect([...stock, ...openingStock(AT)].every((row, i) => readInventory(row, i).ok)).toBe(true);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  test("do the same in the same tick", () => {
    expect(visitOf(7, 5, AT)).toEqual(visits[5]);
  });

  test("buy about as much as the products usually sell, and the shelves are filled again", () => {
    const bought = events.filter(({ type }) => type === "purchase").length;
    expect(bought / TICKS).toBeGreaterThan(0.015);
    expect(bought / TICKS).toBeLessThan(0.025);
    const received = stock.filter(({ type }) => type === "stock_received");
    const delivered = received.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(delivered / bought).toBeGreaterThan(0.5);
    expect(delivered / bought).toBeLessThan(1.6);
  });

  test("look at every product, and every warehouse holds every one", () => {
    expect(new Set(events.flatMap(({ sku }) => sku ?? [])).size).toBe(PRODUCTS.length);
    expect(openingStock(AT)).toHaveLength(PRODUCTS.length * WAREHOUSES.length);
  });
});
