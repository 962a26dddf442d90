import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ObservationRow } from "../../../domain/messages/rows.ts";
import { changePoints } from "../../../domain/shard/competitors/change-points.ts";
import { levelAt } from "../../../domain/shard/competitors/history.ts";
import type { JournalEntry } from "../../../domain/shard/journal.ts";
import { exactOffers } from "../../../domain/shard/present.ts";
import { emptyShard, type ShardState } from "../../../domain/shard/shard.ts";
import { replayEntry, takeCall } from "../../../domain/shard/take-call.ts";
import { Bench, chunkOf, HOUR, MINUTE, NOW, SETTINGS, seen, shardProduct } from "./fixtures.ts";

function prices(bench: Bench): number[] {
  const state = bench.shard.skus[0]!.competitors.get("alpha")!;
  return changePoints(state.history).map((point) => point.price);
}

const row: fc.Arbitrary<ObservationRow> = fc
  .record({
    competitor: fc.constantFrom("alpha", "beta"),
    price: fc.constantFrom(10_000, 9500, 100_000, 4500, 1, 60_000),
    observedAt: fc.integer({ min: 0, max: 60 }).map((halves) => NOW - halves * 30 * MINUTE),
  })
  .map((change) => seen(change));

const arrivals = fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 15 });

function feed(shard: ShardState, chunks: ReturnType<typeof chunkOf>[]) {
  const entries: JournalEntry[] = [];
  const verdicts = chunks.flatMap((chunk, i) => {
    const { answer, entry } = takeCall(shard, {
      now: NOW + i,
      settings: SETTINGS,
      products: [shardProduct()],
      chunks: [chunk],
    });
    if (entry) entries.push(JSON.parse(JSON.stringify(entry)) as JournalEntry);
    return answer.verdicts;
  });
  return { verdicts, entries };
}

/** The verdicts on the rows of instants for which a source has one value only: a later one would be a correction. */
function ofClearInstants(chunks: ReturnType<typeof chunkOf>[]) {
  const instant = (source: string, { competitor, observedAt }: ObservationRow) =>
    `${source} ${competitor} ${observedAt}`;
  const values = new Map<string, Set<number>>();
  for (const { source, rows } of chunks)
    for (const row of rows as ObservationRow[]) {
      const key = instant(source, row);
      values.set(key, (values.get(key) ?? new Set()).add(row.price));
    }
  return (verdicts: ReturnType<typeof feed>["verdicts"]) =>
    verdicts.map((one, i) => {
      const { source, rows } = chunks[i]!;
      return one.verdicts.filter(
        (_, row) => values.get(instant(source, (rows as ObservationRow[])[row]!))!.size === 1,
      );
    });
}

describe("with any rows in any order", () => {
  test("a chunk that comes again gets the same verdicts and changes nothing, and the journal gives the same state", () => {
    fc.assert(
      fc.property(arrivals, (rows) => {
        const chunks = rows.map((some, i) => ({
          ...chunkOf(some, { chunkId: `c${i}`, source: i % 3 ? "crawler" : "feed" }),
          receivedAt: NOW + i,
        }));
        const shard = emptyShard();
        const { verdicts, entries } = feed(shard, chunks);
        const replayed = emptyShard();
        for (const entry of entries) replayEntry(replayed, entry);
        expect(replayed).toEqual(shard);
        const again = feed(shard, chunks);
        const clear = ofClearInstants(chunks);
        expect(clear(again.verdicts)).toEqual(clear(verdicts));
        if (clear(verdicts).every((some, i) => some.length === verdicts[i]!.verdicts.length))
          expect(again.entries).toEqual([]);
        // of an instant with several values a repeat is remembered from the time of the correction on
        expect(feed(shard, chunks)).toEqual({ verdicts: again.verdicts, entries: [] });
      }),
      { numRuns: 200 },
    );
  });

  test("a quarantined row is in the history only once it was confirmed", () => {
    fc.assert(
      fc.property(arrivals, (rows) => {
        const shard = emptyShard();
        feed(
          shard,
          rows.map((some, i) => chunkOf(some, { chunkId: `c${i}` })),
        );
        for (const sku of shard.skus)
          for (const { history, quarantine } of sku.competitors.values()) {
            const prices = new Set<string>();
            for (let i = 0; i < history.count; i++)
              prices.add(`${history.times[i]} ${levelAt(history, i).price}`);
            for (const one of quarantine)
              if (one.status !== "confirmed") expect(prices).not.toContain(`${one.observedAt} ${one.price}`);
          }
        expect(
          exactOffers(shard.skus[0]!, shard.sources, shard.settings).every(({ price }) => price > 0),
        ).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a competitor in another currency", () => {
  const listed = (landedPrice: number, stale = false) => ({
    listed: { currency: "USD", landedPrice, stale },
  });

  test("moves only when its price moves in that currency", () => {
    const bench = new Bench();
    bench.see({ price: 10_000, observedAt: NOW - 2 * HOUR, ...listed(12_500) });
    bench.see({ price: 8400, observedAt: NOW - HOUR, ...listed(12_500) });
    expect(bench.open()).not.toContain("ABRUPT_DROP alpha");
    bench.see({ price: 6700, observedAt: NOW, ...listed(10_000) });
    expect(bench.open()).toContain("ABRUPT_DROP alpha");
  });

  test("is trusted by half if its rate is old", () => {
    const bench = new Bench();
    bench.see({ price: 9000, ...listed(11_000, true) });
    expect(bench.signal("UNDERCUT")?.confidence).toBe(0.35);
  });
});

describe("a competitor's own rules", () => {
  test("open no signal if it is excluded, and are judged at once when that changes", () => {
    const bench = new Bench();
    const settings = { ...SETTINGS, excluded: ["alpha"] };
    const open = (change: object) =>
      bench.call(change).skus[0]!.signals.filter(({ status }) => status === "open");
    expect(open({ settings, chunks: [chunkOf([seen({ price: 8000 })])] })).toEqual([]);
    expect(prices(bench)).toEqual([8000]);
    expect(bench.open()).toEqual(["ABOVE_MARKET", "UNDERCUT alpha"]);
    expect(open({ settings, refresh: ["KETTLE-1"] })).toEqual([]);
  });

  test("may set a shorter freshness limit", () => {
    const bench = new Bench();
    const settings = { ...SETTINGS, offerFreshHoursByCompetitor: { alpha: 1 } };
    const old = { price: 8000, observedAt: NOW - 2 * HOUR };
    const rows = [seen(old), seen({ ...old, competitor: "beta" })];
    const answer = bench.call({ settings, chunks: [chunkOf(rows)] });
    expect(answer.skus[0]?.signals.map(({ competitor }) => competitor)).not.toContain("alpha");
    expect(answer.skus[0]?.signals.map(({ competitor }) => competitor)).toContain("beta");
  });
});
