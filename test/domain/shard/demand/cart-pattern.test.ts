import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventRow } from "../../../../domain/messages/rows.ts";
import { visitKind } from "../../../../domain/messages/visits.ts";
import {
  type CartEvent,
  cartPatterns,
  emptySession,
  LATENESS_MS,
  readCart,
  takeVisit,
} from "../../../../domain/shard/demand/visitor.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const MINUTE = 60_000;
let ids = 0;

function cart(minute: number, sku = "K"): CartEvent {
  return { event: ids++, kind: "cart", sku, at: NOW + minute * MINUTE };
}

function purchase(minute: number): CartEvent {
  return { event: ids++, kind: "purchase", sku: "K", at: NOW + minute * MINUTE };
}

describe("a session's cart", () => {
  test.each([
    ["two are no pattern", [cart(0), cart(1)], null],
    ["three are", [cart(0), cart(1), cart(29)], { sku: "K", carts: 3, at: NOW + 29 * MINUTE }],
    ["not over more than half an hour", [cart(0), cart(1), cart(30)], null],
    ["a purchase empties it", [cart(0), cart(1), cart(2), purchase(3)], null],
    [
      "a purchase before",
      [purchase(-1), cart(0), cart(1), cart(2)],
      { sku: "K", carts: 3, at: NOW + 2 * MINUTE },
    ],
    ["a purchase in between", [cart(0), cart(1), purchase(2), cart(3)], null],
    [
      "names the SKU that was added most",
      [cart(0, "A"), cart(1, "B"), cart(2, "A"), cart(3, "C")],
      { sku: "A", carts: 4, at: NOW + 3 * MINUTE },
    ],
    [
      "else of what was put in last",
      [cart(0, "A"), cart(1, "B"), cart(2, "C")],
      { sku: "C", carts: 3, at: NOW + 2 * MINUTE },
    ],
  ])("%s", (_, events, open) => {
    expect(readCart(events, 3).open).toEqual(open);
  });

  test("says which carts ended in a purchase", () => {
    expect(readCart([cart(0), cart(1), cart(2), purchase(9)], 3).bought).toMatchObject([{ carts: 3 }]);
    expect(readCart([cart(0), cart(1), purchase(9)], 3).bought).toEqual([]);
    expect(readCart([cart(0), cart(1), cart(2), purchase(40)], 3).bought).toEqual([]);
  });
});

describe("a session", () => {
  const visit = fc.record({
    event: fc.nat(1e9),
    type: fc.constantFrom("add_to_cart" as const, "purchase" as const),
    sku: fc.constantFrom("A", "B"),
    at: fc.integer({ min: 0, max: 90 }).map((minute) => NOW + minute * MINUTE),
  });

  function rowOf(from: { event: number; type: EventRow["type"]; sku: string; at: number }): EventRow {
    return { ...from, row: 0, visitor: 7, device: "unknown", quantity: 1, price: null, dwellSeconds: null };
  }

  function patternsOf(events: readonly EventRow[]) {
    const session = emptySession(NOW);
    const now = NOW + 91 * MINUTE;
    for (const [i, row] of events.entries())
      takeVisit(session, row, i, { now, receivedAt: now, eventHours: 72 });
    return cartPatterns(session, 7, 3);
  }

  test("gives the same result in any order within the lateness", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(visit, { maxLength: 15, selector: ({ event }) => event }),
        fc.infiniteStream(fc.integer({ min: 0, max: LATENESS_MS })),
        (events, delays) => {
          const inOrder = events.map(rowOf).sort((a, b) => a.at - b.at);
          const arrivals = inOrder.map((row) => ({ row, arrival: row.at + (delays.next().value ?? 0) }));
          arrivals.sort((a, b) => a.arrival - b.arrival);
          expect(patternsOf(arrivals.map(({ row }) => row))).toEqual(patternsOf(inOrder));
        },
      ),
    );
  });

  test("counts an id once", () => {
    const row = rowOf({ event: 1, type: "page_view", sku: "", at: NOW });
    const session = emptySession(NOW);
    const clock = { now: NOW, receivedAt: NOW, eventHours: 72 };
    expect(takeVisit(session, row, 1, clock)).toBe("taken");
    expect(takeVisit(session, row, 1, clock)).toBe("again");
    expect(takeVisit(session, row, 2, clock)).toBe("duplicate");
    expect(takeVisit(session, { ...row, event: 2, at: NOW - 73 * 60 * MINUTE }, 1, clock)).toBe("too_late");
    expect(session.ids).toEqual([[1, NOW, 1, visitKind("page_view", "unknown")]]);
    const atTheEdge = { ...row, event: 3, at: NOW - 72 * 60 * MINUTE };
    expect(takeVisit(session, atTheEdge, 1, { ...clock, now: NOW + 60 * MINUTE })).toBe("taken");
    const late = { ...clock, now: NOW + 37 * 60 * MINUTE };
    expect(takeVisit(emptySession(NOW), atTheEdge, 1, late), "it was forgotten").toBe("too_late");
  });
});
