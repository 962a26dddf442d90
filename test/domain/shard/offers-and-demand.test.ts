import { describe, expect, test } from "vitest";
import type { DemandRow } from "../../../domain/messages/rows.ts";
import type { ShardChunk } from "../../../domain/messages/shard.ts";
import { exactOffers } from "../../../domain/shard/present.ts";
import { Bench, chunkOf, HOUR, NOW, seen, shardProduct } from "./fixtures.ts";

describe("the version of an offer", () => {
  test("grows when the offer changes, or is older in D1 than a quarter of the freshness limit", () => {
    const bench = new Bench();
    const versionAfter = (change: Parameters<typeof seen>[0]) => {
      bench.see(change);
      const offer = bench.call({ refresh: ["KETTLE-1"] }).skus[0]!.offers[0]!;
      return [offer.version, (offer.observedAt - NOW) / HOUR];
    };
    bench.now = NOW + 20 * HOUR;
    expect(versionAfter({})).toEqual([1, 0]);
    expect(versionAfter({ observedAt: NOW + 6 * HOUR })).toEqual([1, 0]);
    expect(versionAfter({ observedAt: NOW + 6 * HOUR + 1 })[0]).toBe(2);
    expect(versionAfter({ observedAt: NOW + 7 * HOUR, price: 9999 })).toEqual([3, 7]);
    expect(versionAfter({ observedAt: NOW + 8 * HOUR, price: 9999, landedPrice: 9998 })).toEqual([4, 8]);
    expect(
      versionAfter({ observedAt: NOW + 9 * HOUR, price: 9999, landedPrice: 9998, availability: "unknown" }),
    ).toEqual([5, 9]);
  });

  test("names the pack factor of the newest price that counts, one that was sold out or released too", () => {
    const bench = new Bench();
    const factor = () => exactOffers(bench.shard.skus[0]!, bench.shard.sources, bench.shard.settings)[0];
    bench.see({ packFactor: 6 });
    expect(factor()).toMatchObject({ price: 10_000, packFactor: 6 });
    bench.now = NOW + HOUR;
    bench.see({ price: 0, availability: "out_of_stock", observedAt: bench.now });
    expect(factor()).toMatchObject({ price: 10_000, packFactor: 6, availability: "out_of_stock" });
    bench.now = NOW + 2 * HOUR;
    bench.see({ observedAt: bench.now });
    expect(factor()).not.toHaveProperty("packFactor");
    bench.now = NOW + 3 * HOUR;
    expect(bench.see({ price: 1000, packFactor: 2, observedAt: bench.now })).toBe("quarantined");
    const [held] = bench.call({ refresh: ["KETTLE-1"] }).skus[0]!.quarantine!;
    expect(held).not.toHaveProperty("packFactor");
    bench.call({ decisions: [{ sku: "KETTLE-1", id: held!.id, action: "release" }] });
    expect(factor()).toMatchObject({ price: 1000, packFactor: 2 });
  });

  test("an answer holds every SKU named, changed or not, and rejects rows of unknown SKUs", () => {
    const bench = new Bench();
    const answer = bench.call({ chunks: [chunkOf([seen(), seen({ sku: "NOBODY" })])], refresh: ["ELSE"] });
    expect(answer.skus.map((sku) => [sku.sku, sku.offers.length])).toEqual([
      ["KETTLE-1", 1],
      ["NOBODY", 0],
      ["ELSE", 0],
    ]);
    expect(answer.verdicts[0]?.verdicts.map((one) => one.code ?? one.verdict)).toEqual([
      "accepted",
      "unknown_sku",
    ]);
  });

  test("an answer leaves out what changed before `changedSince`, except for SKUs to refresh", () => {
    const bench = new Bench();
    bench.see({ price: 9000 });
    bench.now = NOW + 1000;
    const posted = chunkOf([seen({ competitor: "beta", observedAt: NOW + 500 })]);
    const whole = { competitors: ["alpha", "beta"], signals: ["UNDERCUT"] };
    const part = { competitors: ["beta"], signals: [] };
    const ask = (change: object) => {
      const [sku] = bench.call({ chunks: [posted], ...change }).skus;
      return {
        competitors: sku?.offers.map((offer) => offer.competitor),
        signals: sku?.signals.map((signal) => signal.type),
      };
    };
    expect(ask({ changedSince: NOW + 1 })).toEqual(part);
    bench.now = NOW + 5000;
    expect(ask({ changedSince: NOW + 1 })).toEqual(part);
    expect(ask({ changedSince: NOW })).toEqual(whole);
    expect(ask({})).toEqual(whole);
    expect(ask({ changedSince: NOW + 1, refresh: ["KETTLE-1"] })).toEqual(whole);
  });

  test("an older shard product never overwrites a newer one", () => {
    const bench = new Bench();
    bench.call({ products: [shardProduct({ price: 9000, version: 7 })] });
    bench.call({ products: [shardProduct({ price: 8000, version: 6 })] });
    expect(bench.shard.skus[0]?.product).toMatchObject({ price: 9000, version: 7 });
  });
});

describe("a day of demand", () => {
  const day = (change: Partial<DemandRow> = {}): DemandRow => ({
    row: 0,
    sku: "KETTLE-1",
    day: "2026-06-01",
    units: 3,
    price: 10_000,
    revenue: null,
    inStockShare: null,
    promo: false,
    views: null,
    carts: null,
    ...change,
  });
  const chunk = (chunkId: string, receivedAt: number, ...rows: DemandRow[]): ShardChunk => ({
    kind: "demand",
    chunkId,
    source: "shop",
    receivedAt,
    rows: rows.map((row, i) => ({ ...row, row: i })),
  });
  const post = (bench: Bench, posted: ShardChunk) => {
    const { verdicts, skus } = bench.call({ chunks: [posted] });
    return { verdict: verdicts[0]!.verdicts.map((one) => one.verdict), days: skus[0]!.demandDays };
  };

  test("is replaced by the row received last; the same content again is a duplicate", () => {
    const bench = new Bench();
    expect(post(bench, chunk("a", NOW, day()))).toMatchObject({
      verdict: ["accepted"],
      days: [{ day: "2026-06-01", units: 3, revenue: 30_000, version: 1 }],
    });
    expect(post(bench, chunk("b", NOW + 1, day())).verdict).toEqual(["duplicate"]);
    expect(post(bench, chunk("c", NOW + 2, day({ units: 4 })))).toMatchObject({
      verdict: ["accepted"],
      days: [{ units: 4, revenue: 40_000, version: 2 }],
    });
  });

  test("is not changed by a row that was received earlier and arrives later; that row is accepted", () => {
    const bench = new Bench();
    post(bench, chunk("a", NOW + 1, day({ units: 4 })));
    const late = { verdict: ["accepted"], days: [{ units: 4, version: 1 }] };
    expect(post(bench, chunk("b", NOW, day({ units: 9 })))).toMatchObject(late);
  });

  test("that is repeated counts from the repeat on: a row received in between changes nothing", () => {
    const bench = new Bench();
    post(bench, chunk("a", NOW, day()));
    post(bench, chunk("c", NOW + 2, day()));
    expect(post(bench, chunk("b", NOW + 1, day({ units: 9 }))).days).toMatchObject([{ units: 3 }]);
  });

  test("is not changed by an earlier chunk that comes again; the chunk gets the same verdict", () => {
    const bench = new Bench();
    const first = chunk("a", NOW, day());
    const repeat = chunk("b", NOW + 1, day());
    post(bench, first);
    post(bench, repeat);
    post(bench, chunk("c", NOW + 2, day({ units: 9 })));
    expect(post(bench, first)).toMatchObject({ verdict: ["accepted"], days: [{ units: 9, version: 2 }] });
    expect(post(bench, repeat)).toMatchObject({ verdict: ["duplicate"], days: [{ units: 9, version: 2 }] });
  });

  test("is not changed by an old correction that comes again, however many came since", () => {
    const bench = new Bench();
    const first = chunk("first", NOW, day({ units: 1 }));
    post(bench, first);
    for (let i = 1; i <= 40; i++) post(bench, chunk(`c${i}`, NOW + i, day({ units: 1 + i })));
    expect(post(bench, first)).toMatchObject({ verdict: ["accepted"], days: [{ units: 41, version: 41 }] });
  });

  test("twice in one chunk is replaced or repeated by the second row", () => {
    const bench = new Bench();
    expect(post(bench, chunk("a", NOW, day(), day(), day({ units: 5 }))).verdict).toEqual([
      "accepted",
      "duplicate",
      "accepted",
    ]);
  });
});
