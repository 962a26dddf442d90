import { describe, expect, test } from "vitest";
import type { EventRow } from "../../../domain/messages/rows.ts";
import { emptyShard } from "../../../domain/shard/shard.ts";
import { replayEntry, takeCall } from "../../../domain/shard/take-call.ts";
import { packSkus, unpackSkus } from "../../../durable/sku-shard/pack.ts";
import { Bench, HOUR, MINUTE, NOW, SETTINGS } from "./fixtures.ts";
import { chunk, event, past, SKU, stock } from "./shop-fixtures.ts";

function dayOf(bench: Bench, day: string) {
  return bench.call({ refresh: [SKU] }).skus[0]?.demandDays.find((one) => one.day === day);
}

describe("the day's demand", () => {
  test("is projected at once with a purchase, and with views alone a little later", () => {
    const bench = new Bench();
    const told = (rows: EventRow[]) =>
      bench.call({ chunks: [chunk("events", rows)], changedSince: bench.now }).skus[0]?.demandDays ?? [];
    expect(told([event({ type: "product_view" })])).toMatchObject([{ units: 0, views: 1, price: 10_000 }]);
    bench.now += MINUTE;
    expect(told([event({ type: "product_view" })])).toEqual([]);
    expect(told([event({ quantity: 2 })])).toMatchObject([{ units: 2, revenue: 20_000, views: 2 }]);
    bench.now += MINUTE;
    expect(told([event({ type: "product_view" })])).toEqual([]);
    bench.now += 10 * MINUTE;
    expect(dayOf(bench, "2026-06-15")).toMatchObject({ units: 2, views: 3 });
  });

  test("is projected with a purchase whatever follows it in the same call or before its chunk is delivered again", () => {
    const bench = new Bench();
    const told = (rows: EventRow[], id: string) =>
      bench.call({ chunks: [chunk("events", rows, id)], changedSince: NOW }).skus[0]?.demandDays ?? [];
    const bought = [event({ quantity: 2 }), event({ type: "product_view" })];
    expect(told(bought, "bought#0")).toMatchObject([{ units: 2, views: 1 }]);
    bench.now += 1_000;
    told([event({ type: "product_view" })], "viewed#0");
    expect(told(bought, "bought#0")).toMatchObject([{ units: 2, views: 2 }]);
  });

  test("closes with its in-stock share, and a day without events counts as a day without demand", () => {
    const bench = new Bench();
    bench.call({ chunks: [chunk("inventory", [stock({ at: NOW - 12 * HOUR })])] });
    bench.call({ chunks: [chunk("events", [event()])] });
    bench.now = NOW + 6 * HOUR;
    bench.call({ chunks: [chunk("inventory", [stock({ quantity: 0, at: NOW + 6 * HOUR })])] });
    bench.now = NOW + 12 * HOUR;
    expect(dayOf(bench, "2026-06-15")).toMatchObject({ units: 1, inStockShare: 0.75 });
    bench.now = NOW + 37 * HOUR;
    expect(dayOf(bench, "2026-06-16")).toMatchObject({ units: 0, inStockShare: 0 });
  });

  test("has its in-stock share corrected by a late stock event of an earlier day", () => {
    const bench = new Bench();
    const tell = (change: Parameters<typeof stock>[0]) =>
      bench.call({ chunks: [chunk("inventory", [stock(change)])] });
    bench.call({ chunks: [chunk("events", [event({ at: NOW - 24 * HOUR }), event()])] });
    tell({ quantity: 10, at: NOW - 36 * HOUR });
    bench.now = NOW + 13 * HOUR;
    expect(dayOf(bench, "2026-06-15")).toMatchObject({ inStockShare: 1 });
    tell({ type: "sale", effect: "add", quantity: -10, at: NOW - 30 * HOUR });
    bench.now += HOUR;
    expect(dayOf(bench, "2026-06-14")).toMatchObject({ inStockShare: 0.25 });
    expect(dayOf(bench, "2026-06-15")).toMatchObject({ inStockShare: 0 });
  });

  test("is a civil day of the install's time zone", () => {
    const bench = new Bench();
    const settings = { ...SETTINGS, timeZone: "Pacific/Auckland" };
    const { skus } = bench.call({ settings, chunks: [chunk("events", [event()])] });
    expect(skus[0]?.demandDays.map(({ day }) => day)).toEqual(["2026-06-16"]);
  });
});

describe("rows that come again", () => {
  test("get the same verdicts and change nothing; another row is a duplicate", () => {
    const bench = new Bench();
    const rows = [event(), event({ at: NOW - 73 * HOUR })];
    const verdicts = (id: string) =>
      bench
        .call({ chunks: [chunk("events", rows, id)] })
        .verdicts[0]?.verdicts.map((one) => one.code ?? one.verdict);
    expect(verdicts("a#0")).toEqual(["accepted", "too_late"]);
    expect(verdicts("a#0")).toEqual(["accepted", "too_late"]);
    expect(verdicts("b#0")).toEqual(["duplicate", "too_late"]);
    expect(dayOf(bench, "2026-06-15")?.units).toBe(1);
  });

  test("leave no trace if they are rejected", () => {
    const bench = new Bench();
    const at = NOW - 73 * HOUR;
    bench.call({ chunks: [chunk("events", [event({ at })]), chunk("inventory", [stock({ at })])] });
    expect(bench.shard.skus[0]!.shop).toBe(null);
  });

  test("are too late by their receipt, not by when they reach the shard", () => {
    const bench = new Bench();
    const rows = [event({ at: NOW - 72 * HOUR }), event({ at: NOW - 72 * HOUR - 1 })];
    const verdicts = (now: number) => {
      bench.now = now;
      const { verdicts: told } = bench.call({ chunks: [chunk("events", rows, "a#0")] });
      return told[0]?.verdicts.map((one) => one.code ?? one.verdict);
    };
    expect(verdicts(NOW + 5 * MINUTE)).toEqual(["accepted", "too_late"]);
    // the clock of another machine is behind
    expect(verdicts(NOW - MINUTE)).toEqual(["accepted", "too_late"]);
    expect(verdicts(NOW + 5 * HOUR)).toEqual(["accepted", "too_late"]);
    // whatever came between: the same event in time
    bench.call({ chunks: [{ ...chunk("events", rows), receivedAt: NOW - MINUTE }] });
    expect(verdicts(NOW + 5 * HOUR)).toEqual(["accepted", "too_late"]);
  });

  test("are duplicates also of a comparison site's figures before its newest", () => {
    const bench = new Bench();
    const verdict = (id: string, observedAt: number) =>
      bench.call({ chunks: [chunk("aggregates", [{ ...aggregate(), observedAt }], id)] }).verdicts[0]
        ?.verdicts[0]?.verdict;
    expect([verdict("a#0", NOW - HOUR), verdict("b#0", NOW - HOUR), verdict("c#0", NOW)]).toEqual([
      ...["accepted", "duplicate", "accepted"],
    ]);
    expect([verdict("a#0", NOW - HOUR), verdict("b#0", NOW - HOUR)]).toEqual(["accepted", "duplicate"]);
    expect([verdict("d#0", NOW - MINUTE), verdict("e#0", NOW - MINUTE)]).toEqual(["accepted", "duplicate"]);
    const [told] = bench.call({ refresh: [SKU] }).skus;
    expect(told?.aggregates).toMatchObject([{ observedAt: NOW, version: 2 }]);
  });

  test("are restored by the journal and by the packed state", () => {
    const calls = [
      [chunk("inventory", [stock({ quantity: 3 }), stock({ type: "sale", effect: "add", quantity: -5 })])],
      [chunk("events", [event(), event({ type: "add_to_cart", device: "tablet" })])],
      [chunk("aggregates", [aggregate()])],
      [chunk("carts", [{ row: 0, sku: SKU, visitor: 5, carts: 4, at: NOW, bought: false }])],
    ];
    const shard = emptyShard();
    const replayed = emptyShard();
    const products = [new Bench().product];
    for (const chunks of calls) {
      const { entry } = takeCall(shard, { now: NOW, settings: SETTINGS, products, chunks });
      replayEntry(replayed, JSON.parse(JSON.stringify(entry)));
    }
    expect(replayed.skus).toEqual(shard.skus);
    const [restored] = unpackSkus(packSkus(shard.skus));
    expect({ ...restored, dueAt: 0 }).toEqual({ ...shard.skus[0], dueAt: 0 });
  });
});

function aggregate() {
  const prices = { min: 1, avg: 2, max: 3 };
  return {
    row: 0,
    sku: SKU,
    aggregator: "comparo",
    available: true,
    ...prices,
    storesTracked: 3,
    observedAt: NOW,
  };
}

describe("signals of the shop", () => {
  test("a surge opens on sales far above the usual", () => {
    const bench = new Bench();
    past(bench, 3);
    bench.call({ chunks: [chunk("events", [event({ quantity: 4 })])] });
    expect(bench.open()).toEqual([]);
    bench.call({ chunks: [chunk("events", [event({ quantity: 8 })])] });
    expect(bench.open()).toEqual(["DEMAND_SURGE"]);
    expect(bench.signal("DEMAND_SURGE")?.evidence).toMatchObject({ units: 12, windowHours: 1 });
  });

  test("a slump opens by time alone while views still come", () => {
    const bench = new Bench();
    past(bench, 60);
    bench.call({ chunks: [chunk("events", [event({ at: NOW - 25 * HOUR }), event({ at: NOW - HOUR })])] });
    bench.call({ chunks: [chunk("events", [event({ type: "product_view", at: NOW })])] });
    bench.now = NOW + HOUR;
    expect(bench.open()).toEqual(["DEMAND_SLUMP"]);
  });

  test("a shop without any events is not a slump", () => {
    const bench = new Bench();
    past(bench, 60);
    bench.call({
      chunks: [chunk("events", [event({ at: NOW - 25 * HOUR }), event({ at: NOW - 7 * HOUR })])],
    });
    bench.now = NOW + HOUR;
    expect(bench.open()).toEqual([]);
  });

  test.each([
    [11, null, []],
    [10, null, ["LOW_INVENTORY"]],
    [40, 24, ["LOW_INVENTORY"]],
    [400, 24, []],
  ] as const)("%d units at %s a day: %j", (quantity, perDay, open) => {
    const bench = new Bench();
    if (perDay !== null) past(bench, perDay);
    bench.call({ chunks: [chunk("inventory", [stock({ quantity })])] });
    expect(bench.open()).toEqual(open);
  });

  test("stock that D1 got from our own projection changes nothing", () => {
    const bench = new Bench();
    bench.call({ chunks: [chunk("inventory", [stock({ quantity: 50 })])] });
    bench.product = { ...bench.product, stock: 3 };
    expect(
      takeCall(bench.shard, { now: NOW, settings: SETTINGS, products: [bench.product], chunks: [] }).entry,
    ).toBeNull();
    expect(bench.open()).toEqual([]);
  });

  test("a price anomaly needs a price far from all before, and prices that have moved", () => {
    const bench = new Bench();
    for (const [i, price] of [9_900, 10_100, 9_950, 10_050, 10_000, 10_000].entries())
      bench.see({ price, observedAt: NOW - (10 - i) * MINUTE });
    expect(bench.open()).toEqual([]);
    bench.see({ price: 11_500, observedAt: NOW });
    expect(bench.open()).toContain("PRICE_ANOMALY alpha");
    expect(bench.signal("PRICE_ANOMALY")?.evidence).toMatchObject({ kind: "high_price" });
  });

  test("carts without a purchase open a signal; half an hour or a purchase resolves it", () => {
    const bench = new Bench();
    const carts = (visitor: number, bought: boolean) =>
      bench.call({ chunks: [chunk("carts", [{ row: 0, sku: SKU, visitor, carts: 3, at: NOW, bought }])] });
    carts(1, false);
    carts(2, false);
    expect(bench.signal("CART_NO_PURCHASE")?.evidence).toMatchObject({ sessions: 2 });
    carts(1, true);
    expect(bench.open()).toEqual(["CART_NO_PURCHASE"]);
    carts(2, true);
    expect(bench.open()).toEqual([]);
    carts(3, false);
    expect(bench.open()).toEqual(["CART_NO_PURCHASE"]);
    bench.now = NOW + 30 * MINUTE;
    expect(bench.open()).toEqual([]);
  });

  test("of two reports of a cart the one that saw more counts, whichever comes first", () => {
    const readings = [
      { carts: 3, at: NOW - MINUTE, bought: false },
      { carts: 3, at: NOW, bought: false },
      { carts: 4, at: NOW, bought: false },
      { carts: 4, at: NOW, bought: true },
    ];
    for (let from = 0; from < readings.length; from++) {
      const bench = new Bench();
      for (const [i] of readings.entries()) {
        const reading = readings[(from + i) % readings.length]!;
        bench.call({ chunks: [chunk("carts", [{ row: 0, sku: SKU, visitor: 1, ...reading }])] });
      }
      expect(bench.shard.skus[0]!.shop!.carts.get(1)).toEqual(readings.at(-1));
      expect(bench.open()).toEqual([]);
    }
  });
});
