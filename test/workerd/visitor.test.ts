import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { OrderRow } from "../../domain/messages/orders.ts";
import type { EventRow } from "../../domain/messages/rows.ts";
import { forEachVisit } from "../../domain/messages/visits.ts";
import { visitor } from "../../durable/stubs.ts";

const MINUTE = 60_000;
const NOW = Date.now();
let ids = 0;

function row(change: Partial<EventRow> = {}): EventRow {
  const what = { row: 0, sku: "V-1", event: ids++, visitor: 5, type: "add_to_cart" as const };
  return { ...what, device: "mobile", quantity: 1, price: null, dwellSeconds: null, at: NOW, ...change };
}

function observe(index: number, chunkId: string, rows: EventRow[], now = NOW) {
  const chunks = [{ chunkId, receivedAt: now, rows: rows.map((one, i) => ({ ...one, row: i })) }];
  return visitor(env, index).observe({ now, eventHours: 72, threshold: 3, chunks });
}

describe("the sessions' object", () => {
  it("answers the carts of every session named, also when events come again", async () => {
    const rows = [row({ at: NOW - 3 * MINUTE }), row({ at: NOW - 2 * MINUTE }), row()];
    const first = await observe(1, "a#0", rows);
    expect(first.patterns).toEqual([{ sku: "V-1", visitor: 5, carts: 3, at: NOW, bought: false }]);
    const again = await observe(1, "a#0", rows);
    expect(again).toEqual(first);
    const other = await observe(1, "b#0", rows);
    expect(other.verdicts[0]?.verdicts.map(({ verdict }) => verdict)).toEqual(Array(3).fill("duplicate"));
    const bought = await observe(1, "c#0", [row({ type: "purchase", sku: "V-2", at: NOW + MINUTE })]);
    expect(bought.patterns).toEqual([{ sku: "V-1", visitor: 5, carts: 3, at: NOW, bought: true }]);
  });

  it("counts what a session does without a product, and rejects what is too late", async () => {
    const rows = [
      row({ type: "page_view", sku: "", visitor: 6 }),
      row({ type: "search", sku: "", visitor: 7 }),
      row({ type: "page_view", sku: "", visitor: 6, at: NOW - 73 * 60 * MINUTE }),
    ];
    const { verdicts } = await observe(2, "d#0", rows);
    expect(verdicts[0]?.verdicts.map(({ code, verdict }) => code ?? verdict)).toEqual([
      "accepted",
      "accepted",
      "too_late",
    ]);
    const whole = { from: NOW - MINUTE, until: NOW + 1, part: 0, parts: 1 };
    const seen: unknown[] = [];
    forEachVisit(await visitor(env, 2).visits(whole), (visit) => seen.push(visit));
    const visit = { at: NOW, device: "mobile", sku: null };
    expect(seen).toEqual([
      { ...visit, visitor: 6, type: "page_view" },
      { ...visit, visitor: 7, type: "search" },
    ]);
  });

  it("forgets a session once its events can no longer matter", async () => {
    const long = NOW - 110 * 60 * MINUTE;
    await observe(3, "e#0", [row({ visitor: 8, at: long })], long);
    await observe(3, "f#0", [row({ visitor: 9 })]);
    const stub = visitor(env, 3);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const left = await runInDurableObject(stub, (_, state) =>
      state.storage.sql.exec<{ visitor: number }>("SELECT visitor FROM sessions").toArray(),
    );
    expect(left).toEqual([{ visitor: 9 }]);
  });

  it("counts a customer's orders once, less what was given back, and forgets it on request", async () => {
    const order = {
      row: 0,
      customer: 5,
      event: 1,
      kind: "purchase",
      device: "tablet",
      amount: 900,
      at: NOW,
    } as const;
    const take = (chunkId: string, rows: OrderRow[]) =>
      visitor(env, 4).takeOrders({ now: NOW, eventHours: 72, chunks: [{ chunkId, receivedAt: NOW, rows }] });
    await take("g#0", [order, { ...order, row: 1, event: 2, amount: 100 }]);
    await take("g#0", [order]);
    await take("h#0", [{ ...order, event: 3, kind: "refund", amount: 100 }]);
    const known = { customer: 5, lastOrderAt: NOW, orders: 2, spend: 900, device: "tablet" };
    expect(await visitor(env, 4).customers(NOW)).toEqual([known]);
    expect(await visitor(env, 4).customers(NOW + 367 * 24 * 60 * MINUTE)).toEqual([]);
    expect(await visitor(env, 4).forget("customer", 5)).toBe(1);
    expect(await visitor(env, 4).customers(NOW)).toEqual([]);
  });
});
