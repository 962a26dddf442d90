import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AVAILABILITIES, type ObservationRow } from "../../../domain/messages/rows.ts";
import type { ShardChunk } from "../../../domain/messages/shard.ts";
import { countVerdicts } from "../../../domain/messages/verdict.ts";
import { changePoints } from "../../../domain/shard/competitors/change-points.ts";
import { latestAt, latestLevel } from "../../../domain/shard/competitors/history.ts";
import type { JournalEntry } from "../../../domain/shard/journal.ts";
import { exactOffers } from "../../../domain/shard/present.ts";
import { emptyShard, type ShardState } from "../../../domain/shard/shard.ts";
import { replayEntry, takeCall } from "../../../domain/shard/take-call.ts";
import { HOUR, NOW, SETTINGS, shardProduct } from "./fixtures.ts";

const SKUS = ["KETTLE-1", "KETTLE-2"];
const PRODUCTS = SKUS.map((sku) => shardProduct({ sku }));

interface Posted {
  source: string;
  row: ObservationRow;
}

/** Few values each, so that ties, repeats and equal neighbours are common. */
const posted: fc.Arbitrary<Posted> = fc
  .record({
    source: fc.constantFrom("crawler", "feed", "audit"),
    row: fc.record({
      row: fc.constant(0),
      sku: fc.constantFrom(...SKUS),
      competitor: fc.constantFrom("alpha", "beta"),
      price: fc.constantFrom(9000, 9500, 10_000, 12_000),
      landedPrice: fc.constant(0),
      availability: fc.constantFrom(...AVAILABILITIES),
      observedAt: fc.integer({ min: 0, max: 40 }).map((hours) => NOW - hours * HOUR),
    }),
  })
  .map(({ source, row }) => ({ source, row: { ...row, landedPrice: row.price } }));

const identity = ({ source, row }: Posted) => [source, row.sku, row.competitor, row.observedAt].join("|");

/**
 * Rows of distinct identities, an arrival order with repeats in it, and where to cut it into chunks and
 * calls.
 */
const delivery = fc.uniqueArray(posted, { selector: identity, minLength: 1, maxLength: 60 }).chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    order: fc.shuffledSubarray([...rows.keys(), ...rows.keys()], { minLength: rows.length }),
    cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
    perCall: fc.integer({ min: 1, max: 4 }),
  }),
);

/** Cuts rows into chunks of one source each. */
function chunksOf(rows: readonly Posted[], cuts: readonly number[]): ShardChunk[] {
  const chunks: ShardChunk[] = [];
  let at = 0;
  for (let i = 0; at < rows.length; i++) {
    const slice = rows.slice(at, at + cuts[i % cuts.length]!);
    at += slice.length;
    for (const [source, ofSource] of Map.groupBy(slice, (one) => one.source)) {
      const numbered = ofSource.map(({ row }, n) => ({ ...row, row: n }));
      chunks.push({
        kind: "observations",
        chunkId: `${source}/${i}#0`,
        source,
        receivedAt: NOW,
        rows: numbered,
      });
    }
  }
  return chunks;
}

function feed(shard: ShardState, chunks: readonly ShardChunk[], perCall: number) {
  const entries: JournalEntry[] = [];
  const verdicts = [];
  for (let i = 0; i < chunks.length; i += perCall) {
    const call = { now: NOW, settings: SETTINGS, products: PRODUCTS, chunks: chunks.slice(i, i + perCall) };
    const { answer, entry } = takeCall(shard, call);
    if (entry) entries.push(JSON.parse(JSON.stringify(entry)) as JournalEntry);
    verdicts.push(...answer.verdicts);
  }
  return { entries, verdicts, counts: countVerdicts(verdicts.flatMap((one) => one.verdicts)) };
}

function marketOf(shard: ShardState) {
  const skus = shard.skus.map((sku) => ({
    sku: sku.sku,
    offers: exactOffers(sku, shard.sources, shard.settings)
      .map(({ version: _, receivedAt: __, ...offer }) => offer)
      .sort((a, b) => (a.competitor < b.competitor ? -1 : 1)),
    points: [...sku.competitors.values()]
      .map(({ competitor, history }) => ({ competitor, points: changePoints(history) }))
      .sort((a, b) => (a.competitor < b.competitor ? -1 : 1)),
  }));
  return skus.sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** The same by definition: of each instant the row of the greatest source name, in order of time. */
function reference(rows: readonly Posted[], sku: string, competitor: string) {
  const mine = rows.filter(({ row }) => row.sku === sku && row.competitor === competitor);
  const byTime = Map.groupBy(mine, ({ row }) => row.observedAt);
  const counted = [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([, tied]) => tied.reduce((a, b) => (b.source > a.source ? b : a)).row);
  const starts = counted.filter(
    (row, i) =>
      i === 0 || row.price !== counted[i - 1]!.price || row.availability !== counted[i - 1]!.availability,
  );
  return {
    latest: counted.at(-1),
    starts: starts.map(({ observedAt, price }) => ({ at: observedAt, price })),
  };
}

describe("in whatever order, repeated or cut into calls, rows give the same result", () => {
  test("the same latest offers and change points, and every row counts once", () => {
    fc.assert(
      fc.property(delivery, ({ rows, order, cuts, perCall }) => {
        const inOrder = emptyShard();
        feed(inOrder, chunksOf(rows, [1]), 1);
        const shuffled = emptyShard();
        const arrived = [...order.map((i) => rows[i]!), ...rows];
        const { counts } = feed(shuffled, chunksOf(arrived, cuts), perCall);
        expect(marketOf(shuffled)).toEqual(marketOf(inOrder));
        expect(counts).toEqual({
          accepted: rows.length,
          duplicates: arrived.length - rows.length,
          quarantined: 0,
          rejected: 0,
        });
      }),
      { numRuns: 300 },
    );
  });

  test("the result equals the definition", () => {
    fc.assert(
      fc.property(delivery, ({ rows, order, cuts, perCall }) => {
        const shard = emptyShard();
        feed(shard, chunksOf([...order.map((i) => rows[i]!), ...rows], cuts), perCall);
        for (const sku of shard.skus)
          for (const { competitor, history } of sku.competitors.values()) {
            const expected = reference(rows, sku.sku, competitor);
            expect(latestLevel(history)?.price).toBe(expected.latest?.price);
            expect(latestAt(history)).toBe(expected.latest?.observedAt);
            expect(changePoints(history).map(({ at, price }) => ({ at, price }))).toEqual(expected.starts);
          }
      }),
      { numRuns: 200 },
    );
  });

  test("a chunk that comes again gets the same verdicts and changes nothing", () => {
    fc.assert(
      fc.property(delivery, ({ rows, order, cuts, perCall }) => {
        const shard = emptyShard();
        const chunks = chunksOf([...order.map((i) => rows[i]!), ...rows], cuts);
        const first = feed(shard, chunks, perCall);
        const again = feed(shard, [...chunks].reverse(), 1);
        expect(again.verdicts.reverse()).toEqual(first.verdicts);
        expect(again.entries).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("replaying the journal gives the same state", () => {
    fc.assert(
      fc.property(delivery, ({ rows, order, cuts, perCall }) => {
        const shard = emptyShard();
        const { entries } = feed(shard, chunksOf([...order.map((i) => rows[i]!), ...rows], cuts), perCall);
        const replayed = emptyShard();
        for (const entry of entries) replayEntry(replayed, entry);
        expect(replayed).toEqual(shard);
      }),
      { numRuns: 100 },
    );
  });
});
