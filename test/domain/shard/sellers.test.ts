import { describe, expect, test } from "vitest";
import type { ObservationRow } from "../../../domain/messages/rows.ts";
import { exactOffers } from "../../../domain/shard/present.ts";
import { Bench, chunkOf, HOUR, MINUTE, NOW, SETTINGS, seen } from "./fixtures.ts";

const market = (seller: string, price: number, change: Partial<ObservationRow> = {}) =>
  seen({ competitor: "market", seller, price, ...change });

function offer(bench: Bench) {
  const [found] = exactOffers(bench.shard.skus[0]!, bench.shard.sources, bench.shard.settings);
  return found!;
}

function post(bench: Bench, rows: ObservationRow[], change: object = {}) {
  return bench.call({ chunks: [chunkOf(rows)], ...change }).verdicts[0]!.verdicts;
}

describe("a marketplace", () => {
  test("asks what its cheapest seller asks who can deliver, in whatever order they came", () => {
    const bench = new Bench();
    const rows = [
      market("A", 9500),
      market("B", 8500),
      market("C", 10_500, { observedAt: NOW + 6_000 }),
      market("D", 8000, { availability: "out_of_stock" }),
    ];
    bench.now = NOW + MINUTE;
    expect(post(bench, rows).map(({ verdict }) => verdict)).toEqual(Array(4).fill("accepted"));
    expect(offer(bench)).toMatchObject({ price: 8500, seller: "B", availability: "in_stock" });
    expect(offer(bench).sellers?.map(({ seller, price }) => [seller, price])).toEqual([
      ["A", 9500],
      ["B", 8500],
      ["C", 10_500],
      ["D", 8000],
    ]);
    expect(bench.open()).toEqual(
      ["ABOVE_MARKET", "COMPETITOR_STOCKOUT market", "UNDERCUT market"].filter(
        (type) => !type.includes("STOCKOUT"),
      ),
    );
  });

  test("asks what its named sellers ask, if the settings name some", () => {
    const bench = new Bench();
    post(bench, [market("A", 9500), market("B", 8500)]);
    const settings = { ...SETTINGS, sellersByCompetitor: { market: ["a"] } };
    const [present] = bench.call({ settings, refresh: ["KETTLE-1"] }).skus;
    expect(present!.offers).toMatchObject([{ competitor: "market", price: 9500, version: 4 }]);
    expect(offer(bench)).toMatchObject({ price: 9500, seller: "A" });
  });

  test("falls when a cheaper seller comes, and is sold out when the last one is", () => {
    const bench = new Bench();
    post(bench, [market("A", 9900, { observedAt: NOW - HOUR })]);
    post(bench, [market("B", 8000, { observedAt: NOW })]);
    expect(bench.open()).toContain("ABRUPT_DROP market");
    post(bench, [market("B", 0, { observedAt: NOW + 1, availability: "out_of_stock" })]);
    expect(offer(bench)).toMatchObject({ price: 9900, seller: "A" });
    post(bench, [
      seen({ competitor: "market", price: 0, observedAt: NOW + 2, availability: "out_of_stock" }),
    ]);
    expect(offer(bench).availability).toBe("out_of_stock");
    expect(bench.open()).toEqual(["COMPETITOR_STOCKOUT market"]);
  });
});

describe("another value for the same instant", () => {
  const at = (receivedAt: number, price: number, observedAt = NOW - HOUR) => ({
    ...chunkOf([seen({ price, observedAt })]),
    receivedAt,
  });
  const verdict = (bench: Bench, chunk: ReturnType<typeof at>) =>
    bench.call({ chunks: [chunk as ReturnType<typeof chunkOf>] }).verdicts[0]!.verdicts[0];

  test("replaces the first, whichever of the two is delivered first, and says so", () => {
    const [first, second] = [at(NOW, 8000), at(NOW + 5, 9500)];
    const bench = new Bench();
    expect(verdict(bench, first)).toEqual({ row: 0, verdict: "accepted" });
    expect(bench.open()).toContain("UNDERCUT alpha");
    for (let i = 0; i < 2; i++)
      expect(verdict(bench, second)).toMatchObject({ verdict: "accepted", code: "corrected" });
    expect(verdict(bench, first)).toEqual({ row: 0, verdict: "accepted" });
    expect(offer(bench)).toMatchObject({ price: 9500, version: 2 });
    const other = new Bench();
    verdict(other, second);
    for (let i = 0; i < 2; i++) expect(verdict(other, first)).toEqual({ row: 0, verdict: "duplicate" });
    expect(offer(other).price).toBe(9500);
  });

  test("in one batch is a conflict, and the first stays", () => {
    const bench = new Bench();
    const verdicts = post(bench, [seen({ price: 8000 }), seen({ price: 9500 }), seen({ price: 8000 })]);
    expect(verdicts).toMatchObject([
      { verdict: "accepted" },
      { verdict: "rejected", code: "conflict" },
      { verdict: "duplicate" },
    ]);
    expect(offer(bench).price).toBe(8000);
  });

  test("leaves the verdicts of all earlier rows as they were when they come once more", () => {
    const bench = new Bench();
    const prices = [8000, 8000, 8100, 8000, 8200, 8000].map((price) =>
      seen({ price, observedAt: NOW - HOUR }),
    );
    const chunks = [
      [0, [prices[0]]],
      [5, [prices[5], prices[2], prices[4]]],
      [3, [prices[1]]],
      [9, [prices[3]]],
      [7, [prices[4]]],
    ].map(([after, rows]) => ({ ...chunkOf(rows as typeof prices), receivedAt: NOW + Number(after) }));
    const verdicts = () => bench.call({ chunks }).verdicts;
    const first = verdicts();
    expect(first.map(({ verdicts: of }) => of.map(({ verdict: was, code }) => code ?? was))).toEqual([
      ["accepted"],
      ["duplicate", "corrected", "conflict"],
      ["duplicate"],
      ["corrected"],
      ["duplicate"],
    ]);
    expect(verdicts()).toEqual(first);
    expect(offer(bench).price).toBe(8000);
  });

  test("repairs the history, and the signals that looked back at it", () => {
    const bench = new Bench();
    verdict(bench, at(NOW, 10_000, NOW - 2 * HOUR));
    verdict(bench, at(NOW + 1, 8400, NOW - HOUR));
    expect(bench.open()).toContain("ABRUPT_DROP alpha");
    expect(verdict(bench, at(NOW + 2, 8500, NOW - 2 * HOUR))).toMatchObject({ code: "corrected" });
    expect(bench.signal("ABRUPT_DROP")?.evidence.endedAt).toBeDefined();
  });
});

describe("a row that says sold out and names no price", () => {
  test("keeps the last price, opens a stockout, and ends the undercut at once", () => {
    const bench = new Bench();
    bench.see({ price: 8000, observedAt: NOW - 30 * MINUTE });
    expect(bench.open()).toEqual(["ABOVE_MARKET", "UNDERCUT alpha"]);
    expect(bench.see({ price: 0, observedAt: NOW - 20 * MINUTE, availability: "out_of_stock" })).toBe(
      "accepted",
    );
    expect(offer(bench)).toMatchObject({ price: 8000, availability: "out_of_stock" });
    expect(bench.open()).toEqual(["COMPETITOR_STOCKOUT alpha"]);
    bench.see({ price: 8000, observedAt: NOW });
    expect(bench.open()).toEqual(["ABOVE_MARKET", "COMPETITOR_BACK alpha", "UNDERCUT alpha"]);
  });

  test("is taken, and changes nothing, where no price is known", () => {
    const bench = new Bench();
    expect(bench.see({ price: 0, availability: "out_of_stock" })).toBe("accepted");
    expect(bench.open()).toEqual([]);
  });
});

test("a market is looked at once all rows of a call are there", () => {
  const bench = new Bench();
  post(bench, [seen({ competitor: "dear", price: 12_000 }), seen({ competitor: "like us", price: 10_000 })]);
  expect(bench.signals().map(({ type }) => type)).toEqual(["OVERPRICED"]);
});

test("a name that was merged into another counts as that one", () => {
  const bench = new Bench();
  post(bench, [
    seen({ competitor: "Acme", price: 9500, observedAt: NOW - HOUR }),
    seen({ competitor: "acme inc", price: 9800 }),
  ]);
  const settings = { ...SETTINGS, merged: { "acme inc": "Acme" } };
  const [present] = bench.call({ settings, refresh: ["KETTLE-1"] }).skus;
  expect(present!.offers).toMatchObject([{ competitor: "Acme", price: 9800 }]);
});

test("a shop that shows another currency raises a doubt, not a jump", () => {
  const bench = new Bench();
  bench.product = { ...bench.product, price: 2000 };
  const listed = (cents: number) => ({ listed: { currency: "USD", landedPrice: cents, stale: false } });
  const at = (hours: number) => ({ observedAt: NOW - hours * HOUR });
  expect(bench.see({ price: 1999, ...at(5) })).toBe("accepted");
  expect(bench.see({ price: 2114, ...at(4), ...listed(2349) })).toBe("quarantined");
  expect(bench.see({ price: 1999, ...at(3) })).toBe("accepted");
  expect(bench.open()).toEqual([]);
  expect(bench.see({ price: 2114, ...at(2), ...listed(2349) })).toBe("quarantined");
  expect(bench.see({ price: 2114, ...at(1), ...listed(2349) })).toBe("accepted");
});
