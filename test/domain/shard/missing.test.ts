import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CompleteCrawl } from "../../../domain/messages/crawls.ts";
import { absenceJudge, absentOffers, MISSING_FOR_MS, sightingsOf } from "../../../domain/shard/missing.ts";
import { exactOffers } from "../../../domain/shard/present.ts";
import { Bench, chunkOf, HOUR, MINUTE, NOW, SETTINGS, seen, shardProduct } from "./fixtures.ts";

const SKUS = ["KETTLE-1", "KETTLE-2", "KETTLE-3", "KETTLE-4"];

/** A shop of four products that a source crawls every hour; `see` says what the n-th crawl finds. */
class Crawled extends Bench {
  crawl(hour: number, skus: readonly string[], source = "crawler") {
    const rows = skus.map((sku) => seen({ sku, price: 9000, observedAt: NOW + hour * HOUR }));
    this.now = NOW + hour * HOUR + MINUTE;
    this.call({ products: SKUS.map((sku) => shardProduct({ sku })), chunks: [chunkOf(rows, { source })] });
  }

  /** Looks for missing offers, and tells the shard. */
  look(complete: CompleteCrawl[] | null = null, source = "crawler") {
    const evidence = { sightings: sightingsOf(this.shard, source), complete, crawlsMin: 3 };
    const absences = absentOffers(this.shard, source, evidence, 10);
    this.call({ absences });
    return absences.map(({ sku }) => sku);
  }
}

const [GONE = "", ...REST] = SKUS;

describe("an offer that crawls do not find any more", () => {
  test("is missing after the third, counts for nothing, and is there again as soon as it is seen", () => {
    const bench = new Crawled();
    bench.crawl(0, SKUS);
    for (const hour of [1, 2]) {
      bench.crawl(hour, REST);
      expect(bench.look(), `after ${hour}`).toEqual([]);
    }
    expect(bench.open()).toEqual(["UNDERCUT alpha"]);
    bench.crawl(3, REST);
    expect(bench.look()).toEqual([GONE]);
    expect(bench.open()).toEqual(["OFFER_MISSING alpha"]);
    const [offer] = exactOffers(bench.shard.skus[0]!, bench.shard.sources, SETTINGS);
    expect(offer).toMatchObject({ price: 9000, observedAt: NOW, missingSince: NOW + 3 * HOUR });
    expect(bench.look(), "once").toEqual([]);
    bench.crawl(4, [GONE]);
    expect(bench.open()).toEqual(["UNDERCUT alpha"]);
    expect(exactOffers(bench.shard.skus[0]!, bench.shard.sources, SETTINGS)[0]?.missingSince).toBeNull();
  });

  test("is missing where it was seen often before, even if a page failed once or the scraper stood still", () => {
    const bench = new Crawled();
    for (const hour of [0, 1, 2, 4, 5, 17]) bench.crawl(hour, SKUS);
    bench.crawl(3, REST);
    for (const hour of [18, 19, 20]) bench.crawl(hour, REST);
    expect(bench.look()).toEqual([]);
    bench.crawl(21, REST);
    expect(bench.look()).toEqual([GONE]);
  });

  test("stays a signal when it is stale, and ends it when nobody asks for it any more", () => {
    const bench = new Crawled();
    for (const day of [0, 1]) bench.crawl(day * 24, SKUS);
    for (const day of [2, 3, 4]) bench.crawl(day * 24, REST);
    expect(bench.look()).toEqual([GONE]);
    expect(bench.open()).toEqual(["OFFER_MISSING alpha"]);
    bench.now = NOW + 24 * HOUR + MISSING_FOR_MS;
    expect(bench.open()).toEqual(["OFFER_MISSING alpha"]);
    bench.now += MINUTE;
    expect(bench.open()).toEqual([]);
  });

  test("is not told by a late message, when it has been seen since, or with a price that is doubted", () => {
    const bench = new Crawled();
    bench.crawl(0, SKUS);
    for (const hour of [1, 2, 3]) bench.crawl(hour, REST);
    const evidence = { sightings: sightingsOf(bench.shard, "crawler"), complete: null, crawlsMin: 3 };
    const absences = absentOffers(bench.shard, "crawler", evidence, 10);
    expect(absences).toHaveLength(1);
    bench.crawl(2.5, [GONE]);
    bench.call({ absences });
    expect(bench.open()).toEqual(["UNDERCUT alpha"]);
    for (const hour of [4, 5, 6, 7]) bench.crawl(hour, REST);
    expect(bench.look()).toEqual([GONE]);
    expect(bench.see({ price: 90, observedAt: NOW + 7.5 * HOUR })).toBe("quarantined");
    expect(bench.open()).not.toContain("OFFER_MISSING alpha");
  });
});

describe("who is not called missing", () => {
  test("an offer that another source saw later, or whose source stands still", () => {
    const bench = new Crawled();
    bench.crawl(0, SKUS);
    bench.crawl(0.5, [GONE], "other");
    for (const hour of [1, 2, 3]) bench.crawl(hour, REST);
    expect(bench.look()).toEqual([]);
    bench.now = NOW + 20 * HOUR;
    expect(bench.look(null, "other")).toEqual([]);
  });

  test("the rest of a catalogue of which few products are looked at more often", () => {
    const bench = new Crawled();
    bench.crawl(0, SKUS);
    for (const hour of [1, 2, 3, 4, 5]) bench.crawl(hour, [SKUS[3]!]);
    expect(bench.look()).toEqual([]);
  });

  test("what a source calls no complete crawl", () => {
    const bench = new Crawled();
    const crawl = (hour: number) => ({ from: NOW + hour * HOUR, to: NOW + hour * HOUR });
    bench.crawl(0, SKUS);
    for (const hour of [1, 2, 3, 4]) bench.crawl(hour, REST);
    expect(bench.look([])).toEqual([]);
    expect(bench.look([crawl(0), crawl(2), crawl(4)])).toEqual([]);
    expect(bench.look([crawl(1), crawl(2), crawl(3)])).toEqual([GONE]);
  });

  test("the rest of a catalogue that is visited in tenths, in turn or at random", () => {
    const visits = fc.constantFrom("in turn", "at random");
    fc.assert(
      fc.property(visits, fc.integer({ min: 1, max: 1e6 }), (way, seed) => {
        const seenAt = Array.from({ length: 50 }, () => [0]);
        let state = seed;
        const chance = () => {
          state = (state * 48_271) % 0x7fffffff;
          return state / 0x7fffffff;
        };
        for (let batch = 1; batch <= 200; batch++)
          for (const [i, times] of seenAt.entries())
            if (way === "in turn" ? i % 10 === batch % 10 : chance() < 0.1) times.push(batch * MINUTE);
        const offers = seenAt.map((times, rank) => ({ rank, times: times.slice(-24) }));
        const judge = absenceJudge({ competitor: "alpha", offers }, { complete: null, crawlsMin: 3 });
        const lost = seenAt.filter((times, rank) => judge.lacks({ rank, times: times.slice(-16) }));
        // at random one in a hundred may stay away for as long as if it were gone
        return lost.length <= (way === "in turn" ? 0 : 3);
      }),
      { numRuns: 200 },
    );
  });
});
