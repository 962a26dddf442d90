import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyWarehouse,
  inStockShare,
  insertStockEvent,
  levelSteps,
  type StockEvent,
  settleStock,
  stockLevel,
  type WarehouseStock,
} from "../../../../domain/shard/demand/warehouse.ts";

const eventArb: fc.Arbitrary<StockEvent> = fc
  .record({
    id: fc.uuid(),
    at: fc.integer({ min: 1, max: 50 }),
    effect: fc.constantFrom("set" as const, "add" as const),
    quantity: fc.integer({ min: -20, max: 20 }),
  })
  .map((event) => ({
    ...event,
    type: event.effect === "set" ? "snapshot" : "manual_adjustment",
    quantity: event.effect === "set" ? Math.abs(event.quantity) : event.quantity,
  }));

function warehouseOf(events: readonly StockEvent[]): WarehouseStock {
  const warehouse = emptyWarehouse();
  for (const event of events) insertStockEvent(warehouse, event);
  return warehouse;
}

function add(quantity: number, at: number): StockEvent {
  return { id: `${at}`, type: "manual_adjustment", effect: "add", quantity, at };
}

function count(quantity: number, at: number): StockEvent {
  return { id: `${at}`, type: "snapshot", effect: "set", quantity, at };
}

describe("a warehouse's level", () => {
  test.each([
    ["adds up", [add(5, 1), add(-2, 2)], 3, []],
    ["is what was counted", [add(5, 1), count(9, 2), add(-1, 3)], 8, []],
    ["never falls below zero", [add(5, 1), add(-6, 2), add(-5, 3)], 0, [-6]],
    ["a count comes first at its instant", [add(-2, 4), count(2, 4)], 0, []],
    ["before anything", [], 0, []],
  ] as const)("%s", (_, events, units, refused) => {
    const level = stockLevel(warehouseOf(events));
    expect(level.units).toBe(units);
    expect(level.refused.map(({ quantity }) => quantity)).toEqual(refused);
  });

  test("knows what was sold from it: sales and lower counts, not damage, moves or the first count", () => {
    const sale = (quantity: number, at: number) => ({ ...add(-quantity, at), type: "sale" });
    const damaged = { ...add(-1, 7), type: "stock_damaged" };
    const events = [count(10, 1), sale(3, 2), add(5, 3), count(9, 4), add(-2, 5), sale(50, 6), damaged];
    expect(stockLevel(warehouseOf(events))).toMatchObject({ units: 6, outflow: 6 });
  });

  test("does not depend on the order of arrival, and is never negative", () => {
    fc.assert(
      fc.property(fc.array(eventArb, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (events, keys) => {
        const order = events.map((event) => ({ event, key: keys.next().value ?? 0 }));
        order.sort((a, b) => a.key - b.key);
        const level = stockLevel(warehouseOf(events));
        expect(stockLevel(warehouseOf(order.map(({ event }) => event)))).toEqual(level);
        expect(level.units).toBeGreaterThanOrEqual(0);
        expect(levelSteps(warehouseOf(events)).every(({ units }) => units >= 0)).toBe(true);
      }),
    );
  });

  test("stays the same when its past moves into the base", () => {
    fc.assert(
      fc.property(
        fc.array(eventArb, { maxLength: 12 }),
        fc.integer({ min: 0, max: 60 }),
        (events, before) => {
          const warehouse = warehouseOf(events);
          const { units } = stockLevel(warehouse);
          settleStock(warehouse, before);
          expect(stockLevel(warehouse).units).toBe(units);
          expect(warehouse.events.every(({ at }) => at >= before)).toBe(true);
        },
      ),
    );
  });
});

describe("the in-stock share", () => {
  const day = (warehouses: WarehouseStock[], from = 0, to = 100) => inStockShare(warehouses, from, to);

  test.each([
    ["unknown without an event", [[]], null],
    ["from the first event on", [[count(3, 50)]], 1],
    ["a quarter of the day without", [[count(3, 0), add(-3, 25), add(1, 50)]], 0.75],
    [
      "any warehouse will do",
      [
        [count(3, 0), add(-3, 25)],
        [count(1, 0), add(-1, 75)],
      ],
      0.75,
    ],
    ["nothing all day", [[count(0, 0)]], 0],
  ] as const)("%s", (_, warehouses, share) => {
    expect(day(warehouses.map((events) => warehouseOf(events)))).toBe(share);
  });

  test("knows the level at which the day began", () => {
    expect(day([warehouseOf([count(3, 10), add(-3, 150)])], 100, 200)).toBe(0.5);
  });
});
