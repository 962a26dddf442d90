import { describe, expect, test } from "vitest";
import type { ObservationRow } from "../../../domain/messages/rows.ts";
import type { ShardProduct } from "../../../domain/messages/shard.ts";
import { Bench, chunkOf, HOUR, MINUTE, NOW, SETTINGS, seen, shardProduct } from "./fixtures.ts";

describe("what opens a signal", () => {
  test.each<[string, Partial<ObservationRow>, Partial<ShardProduct>, string[]]>([
    ["5 % below is not more than 5 %", { price: 9500 }, {}, []],
    ["a cent more is", { price: 9499 }, {}, ["UNDERCUT alpha"]],
    ["5 % above is not more than 5 %", { price: 10_500 }, {}, []],
    ["a cent more is room to raise", { price: 10_501 }, {}, ["OVERPRICED alpha"]],
    [
      "out of stock, however cheap",
      { price: 5000, availability: "out_of_stock" },
      {},
      ["COMPETITOR_STOCKOUT alpha"],
    ],
    [
      "an unknown availability counts as in stock",
      { price: 9000, availability: "unknown" },
      {},
      ["UNDERCUT alpha"],
    ],
    ["a pre-order is neither in stock nor out", { price: 9000, availability: "preorder" }, {}, []],
    ["not while we are out of stock", { price: 9000 }, { stock: 0 }, ["LOW_INVENTORY"]],
    ["our stock known", { price: 9000 }, { stock: 300 }, ["UNDERCUT alpha"]],
    ["not for an inactive product", { price: 9000 }, { active: false }, []],
    ["a landed price counts", { price: 9000, landedPrice: 9900 }, {}, []],
    ["one offer: 15 % above it", { price: 8696 }, {}, ["UNDERCUT alpha"]],
    ["one offer: at 15 % above", { price: 8695 }, {}, ["ABOVE_MARKET", "UNDERCUT alpha"]],
    ["10 % below the cheapest", { price: 11_112 }, {}, ["BELOW_MARKET", "OVERPRICED alpha"]],
    ["just not", { price: 11_111 }, {}, ["OVERPRICED alpha"]],
    ["23 h old decides", { price: 9000, observedAt: NOW - 23 * HOUR }, {}, ["UNDERCUT alpha"]],
    ["25 h old decides nothing", { price: 9000, observedAt: NOW - 25 * HOUR }, {}, []],
  ])("%s", (_, observation, side, open) => {
    const bench = new Bench();
    bench.product = shardProduct(side);
    bench.see(observation);
    expect(bench.open()).toEqual(open);
  });

  test.each<[string, number, number, string[]]>([
    ["a rise of 10 %", 11_000, 1, ["ABRUPT_INCREASE alpha", "OVERPRICED alpha"]],
    ["a cent less", 10_999, 1, ["OVERPRICED alpha"]],
    ["a fall of 15 %", 8500, 1, ["ABOVE_MARKET", "ABRUPT_DROP alpha", "UNDERCUT alpha"]],
    ["a cent less", 8501, 1, ["ABOVE_MARKET", "UNDERCUT alpha"]],
    ["the low is 24 h old", 11_000, 24, ["ABRUPT_INCREASE alpha", "OVERPRICED alpha"]],
    ["the low is older", 11_000, 25, ["OVERPRICED alpha"]],
  ])("from 100.00: %s, %d after %d h", (_, price, hours, open) => {
    const bench = new Bench();
    bench.now = NOW - hours * HOUR;
    bench.see({ observedAt: NOW - hours * HOUR });
    bench.now = NOW;
    bench.see({ price });
    expect(bench.open()).toEqual(open);
  });

  test("an abrupt increase is measured from the low of the day, not from the last price", () => {
    const bench = new Bench();
    for (const [i, price] of [10_000, 10_400, 10_800, 11_000].entries())
      bench.see({ price, observedAt: NOW - (4 - i) * HOUR });
    expect(bench.open()).toContain("ABRUPT_INCREASE alpha");
    expect(bench.signal("ABRUPT_INCREASE")?.evidence).toMatchObject({
      oldPrice: "108.00",
      newPrice: "110.00",
      ourPrice: "100.00",
      changePct: 10,
      gapPct: -9.09,
    });
  });

  test("the market's median leaves out stale and unbuyable offers", () => {
    const bench = new Bench();
    bench.see({ competitor: "stale", price: 5000, observedAt: NOW - 30 * HOUR });
    bench.see({ competitor: "gone", price: 5000, availability: "out_of_stock" });
    bench.see({ competitor: "alpha", price: 9600 });
    bench.see({ competitor: "beta", price: 8600 });
    expect(bench.open()).not.toContain("ABOVE_MARKET");
    bench.see({ competitor: "beta", price: 8580, observedAt: NOW + 1 });
    expect(bench.signal("ABOVE_MARKET")).toMatchObject({
      competitor: null,
      evidence: { marketPrice: "90.90", ourPrice: "100.00", offers: 2 },
    });
  });

  test("a competitor that comes back", () => {
    const bench = new Bench();
    bench.see({ availability: "out_of_stock", observedAt: NOW - 2 * HOUR });
    bench.see({ observedAt: NOW - HOUR });
    expect(bench.open()).toEqual(["COMPETITOR_BACK alpha"]);
    bench.now = NOW + 25 * HOUR;
    bench.see({ observedAt: NOW + 22 * HOUR + 30 * MINUTE });
    expect(bench.open()).toEqual([]);
  });

  test("a signal about the product says whose move opened it, if one competitor moved", () => {
    const bench = new Bench();
    bench.see({ price: 8000 });
    expect(bench.signal("ABOVE_MARKET")?.evidence.mover).toBe("alpha");
    expect(bench.signal("UNDERCUT")?.evidence.mover).toBeUndefined();
    bench.see({ price: 7000, competitor: "beta" });
    expect(bench.signal("ABOVE_MARKET")?.evidence.mover).toBe("alpha");
    const both = new Bench();
    both.call({ chunks: [chunkOf([seen({ price: 8000 }), seen({ price: 8100, competitor: "beta" })])] });
    expect(both.signal("ABOVE_MARKET")?.evidence.mover).toBeUndefined();
  });

  test("a change of our price opens and closes signals in the same commit", () => {
    const bench = new Bench();
    bench.see({ price: 9600 });
    expect(bench.open()).toEqual([]);
    bench.product = shardProduct({ price: 10_200, version: 2 });
    expect(bench.open()).toEqual(["UNDERCUT alpha"]);
    bench.call({ products: [shardProduct({ price: 9000, version: 1 })] });
    expect(bench.signal("UNDERCUT")?.evidence.ourPrice).toBe("102.00");
  });
});

describe("old observations", () => {
  test("open no signal, even months of them", () => {
    const bench = new Bench();
    for (let day = 600; day > 1; day--)
      bench.see({ price: day % 2 ? 5000 : 20_000, observedAt: NOW - day * 24 * HOUR });
    expect(bench.signals()).toEqual([]);
  });

  test("change neither the offer nor a signal", () => {
    const bench = new Bench();
    bench.see({ price: 10_000 });
    expect(bench.see({ price: 5000, observedAt: NOW - HOUR })).toBe("accepted");
    expect(bench.signals()).toEqual([]);
    const [offer] = bench.call({ refresh: ["KETTLE-1"] }).skus[0]!.offers;
    expect(offer).toMatchObject({ price: 10_000, observedAt: NOW, version: 1 });
  });
});

describe("a signal's life", () => {
  const undercut = () => {
    const bench = new Bench();
    bench.see({ price: 9000 });
    return bench;
  };
  const at = (bench: Bench, minutes: number, price: number) => {
    bench.now = NOW + minutes * MINUTE;
    bench.see({ price, observedAt: bench.now });
    return bench.signal("UNDERCUT");
  };

  test("opens with a message, evidence and a priority by sensitivity", () => {
    const bench = new Bench();
    bench.product = shardProduct({ sensitivity: "high" });
    bench.see({ price: 9000 });
    const signal = bench.signal("UNDERCUT");
    expect(signal).toMatchObject({
      status: "open",
      priority: 1,
      severity: 0.333,
      confidence: 0.7,
      openedAt: NOW,
      version: 1,
      evidence: { oldPrice: null, newPrice: "90.00", ourPrice: "100.00", gapPct: 11.11, currency: "EUR" },
    });
    expect(signal?.message).toMatch(/^alpha asks 90\.00 EUR, 10\.00 % below our 100\.00 EUR\./);
    expect(signal?.id).toMatch(/^sig_[0-9a-f]{24}$/);
  });

  test("is updated once when the same price confirms it, and not by further repeats", () => {
    const bench = undercut();
    expect(at(bench, 5, 9000)).toMatchObject({ version: 2, confidence: 1 });
    expect(at(bench, 10, 9000)?.version).toBe(2);
  });

  test("about the whole market is not updated by a repeated price", () => {
    const bench = new Bench();
    bench.see({ price: 8000 });
    const version = bench.signal("ABOVE_MARKET")?.version;
    for (let i = 1; i < 5; i++) at(bench, i, 8000);
    expect(bench.signal("ABOVE_MARKET")).toMatchObject({ version, confidence: 0.7 });
  });

  test("is updated by a deeper cut", () => {
    const bench = undercut();
    expect(at(bench, 5, 8900)).toMatchObject({ version: 2, openedAt: NOW, evidence: { newPrice: "89.00" } });
  });

  test("stays open between half the threshold and the threshold, however long", () => {
    const bench = undercut();
    at(bench, 5, 9600);
    expect(at(bench, 300, 9600)?.status).toBe("open");
  });

  test("resolves after 60 minutes below half the threshold, by time alone", () => {
    const bench = undercut();
    expect(at(bench, 5, 9800)?.status).toBe("open");
    bench.now = NOW + 64 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
    bench.now = NOW + 65 * MINUTE;
    expect(bench.signal("UNDERCUT")).toMatchObject({ status: "resolved", resolvedAt: bench.now, version: 3 });
  });

  test("counts the 60 minutes by the time of the observations", () => {
    const bench = new Bench();
    bench.see({ price: 9000, observedAt: NOW - 3 * HOUR });
    expect(bench.open()).toEqual(["UNDERCUT alpha"]);
    bench.see({ price: 9800, observedAt: NOW - 2 * HOUR });
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
  });

  test("starts the 60 minutes again after a relapse", () => {
    const bench = undercut();
    at(bench, 5, 9800);
    at(bench, 35, 9000);
    at(bench, 40, 9800);
    bench.now = NOW + 99 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
    bench.now = NOW + 100 * MINUTE;
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
  });

  test("reopens within the cool-down; later a new one opens", () => {
    const bench = undercut();
    const first = bench.signal("UNDERCUT")?.id;
    at(bench, 5, 9800);
    bench.now = NOW + 65 * MINUTE;
    bench.signals();
    expect(at(bench, 120, 9000)).toMatchObject({
      id: first,
      status: "open",
      resolvedAt: null,
      openedAt: NOW,
    });
    at(bench, 125, 9800);
    bench.now = NOW + 185 * MINUTE;
    bench.signals();
    at(bench, 185 + 6 * 60, 9000);
    const ids = bench.signals().map((signal) => [signal.id === first, signal.status]);
    expect(ids).toEqual([
      [true, "resolved"],
      [false, "open"],
    ]);
  });

  test("resolves when its offer goes stale", () => {
    const bench = undercut();
    bench.now = NOW + 24 * HOUR;
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
    bench.now += 1;
    expect(bench.signal("UNDERCUT")?.status).toBe("resolved");
    expect(bench.shard.skus[0]?.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  test("resolves at once when the product becomes inactive", () => {
    const bench = undercut();
    bench.product = shardProduct({ active: false, version: 2 });
    expect(bench.open()).toEqual([]);
  });

  test("is not resolved by a competitor that is out of stock for a moment", () => {
    const bench = undercut();
    bench.see({ price: 9000, availability: "out_of_stock", observedAt: NOW + 1 });
    bench.see({ price: 9000, observedAt: NOW + 2 });
    expect(bench.signals().filter((one) => one.type === "UNDERCUT")).toHaveLength(1);
    expect(bench.signal("UNDERCUT")?.status).toBe("open");
  });

  test("is shown for a day after it resolved", () => {
    const bench = undercut();
    at(bench, 5, 9800);
    bench.now = NOW + 65 * MINUTE;
    expect(bench.signals()).toHaveLength(1);
    bench.now += 24 * HOUR;
    expect(bench.signals()).toHaveLength(1);
    bench.now += 1;
    expect(bench.signals()).toHaveLength(0);
  });

  test("counts rows of one call one by one, as if each had come alone", () => {
    const bench = new Bench();
    const rows = [9000, 9800, 9000].map((price, i) => seen({ price, observedAt: NOW - (3 - i) * MINUTE }));
    bench.call({ chunks: [chunkOf(rows)] });
    expect(bench.signal("UNDERCUT")).toMatchObject({ status: "open", openedAt: NOW });
  });

  test("follows the thresholds of the settings", () => {
    const bench = new Bench();
    const settings = { ...SETTINGS, undercut: 0.02 };
    bench.call({ settings, chunks: [chunkOf([seen({ price: 9700 })])] });
    expect(bench.call({ settings, refresh: ["KETTLE-1"] }).skus[0]?.signals[0]?.type).toBe("UNDERCUT");
  });
});
