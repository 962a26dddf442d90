import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Notice, SkuPresent } from "../../../domain/messages/present.ts";
import type { ObservationRow } from "../../../domain/messages/rows.ts";
import { AVAILABILITIES } from "../../../domain/messages/rows.ts";
import type { ShardProduct } from "../../../domain/messages/shard.ts";
import { emptyShard, type ShardState } from "../../../domain/shard/shard.ts";
import { refreshSkus, takeCall } from "../../../domain/shard/take-call.ts";
import { Bench, chunkOf, HOUR, MINUTE, NOW, SETTINGS, shardProduct } from "./fixtures.ts";

/** Something that happens, some minutes after what happened before it. */
type Happening =
  | { kind: "seen"; after: number; late: number; row: ObservationRow }
  | { kind: "ours"; after: number; price: number; stock: number | null }
  | { kind: "time"; after: number };

const after = fc.integer({ min: 1, max: 240 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({
        after,
        late: fc.integer({ min: 0, max: 180 }),
        competitor: fc.constantFrom("alpha", "beta", "gamma"),
        price: fc.integer({ min: 80, max: 120 }).map((euros) => euros * 100),
        availability: fc.constantFrom("in_stock", "in_stock", "in_stock", ...AVAILABILITIES),
      })
      .map(({ after, late, competitor, price, availability }) => ({
        kind: "seen" as const,
        after,
        late,
        row: { row: 0, sku: "KETTLE-1", competitor, price, landedPrice: price, availability, observedAt: 0 },
      })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("ours" as const),
      after,
      price: fc.integer({ min: 9000, max: 11_000 }),
      stock: fc.constantFrom(null, 0, 5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("time" as const), after }) },
);

interface Moment {
  now: number;
  side: ShardProduct;
  present: SkuPresent;
}

/** Plays it, and answers what was present after every step. */
function play(story: readonly Happening[]): Moment[] {
  const shard = emptyShard();
  let now = NOW;
  let side = shardProduct();
  return story.map((one) => {
    now += one.after * MINUTE;
    if (one.kind === "time") return { now, side, present: refreshSkus(shard, [side.sku], now).skus[0]! };
    if (one.kind === "ours")
      side = { ...side, price: one.price, stock: one.stock, version: side.version + 1 };
    const chunks =
      one.kind === "seen" ? [chunkOf([{ ...one.row, observedAt: now - one.late * MINUTE }])] : [];
    const { answer } = takeCall(shard, { now, settings: SETTINGS, products: [side], chunks });
    return { now, side, present: answer.skus[0]! };
  });
}

const story = fc.array(happening, { minLength: 1, maxLength: 60 });

describe("with any observations and changes", () => {
  test("the same version of an offer or a signal always has the same content", () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const said = new Map<string, string>();
        for (const { present } of play(happenings)) {
          const versions = [
            ...present.offers.map((offer) => [`${offer.competitor} ${offer.version}`, offer] as const),
            ...present.signals.map((signal) => [`${signal.id} ${signal.version}`, signal] as const),
          ];
          for (const [version, state] of versions) {
            const text = JSON.stringify(state);
            expect(said.get(version) ?? text).toBe(text);
            said.set(version, text);
          }
        }
      }),
    );
  });

  test("no new signal opens within the cool-down, and at most one of a type is open", () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const ended = new Map<string, { id: string; at: number }>();
        for (const { now, present } of play(happenings)) {
          const open = present.signals.filter((signal) => signal.status === "open");
          const kinds = open.map((signal) => `${signal.type} ${signal.competitor}`);
          expect(new Set(kinds).size).toBe(kinds.length);
          for (const [i, signal] of open.entries()) {
            const before = ended.get(kinds[i]!);
            if (before && before.id !== signal.id) expect(now - before.at).toBeGreaterThanOrEqual(6 * HOUR);
          }
          for (const signal of present.signals)
            if (signal.resolvedAt !== null)
              ended.set(`${signal.type} ${signal.competitor}`, { id: signal.id, at: signal.resolvedAt });
        }
      }),
    );
  });

  test("a signal notifies again only after the cool-down, when worse by a step, or a day later", () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const told = new Map<string, { id: string; notice: Notice; resolvedAt: number | null }>();
        for (const { present } of play(happenings))
          for (const { id, type, competitor, notice, resolvedAt } of present.signals) {
            if (notice === undefined) continue;
            const kind = `${type} ${competitor}`;
            const last = told.get(kind);
            // a resolved signal is shown on for a day beside the one that follows it
            if (last !== undefined && notice.at < last.notice.at) continue;
            if (last !== undefined && notice.at !== last.notice.at) {
              const isNew = last.id !== id;
              expect(notice.why === "opened").toBe(isNew);
              if (isNew) expect(notice.at - (last.resolvedAt ?? notice.at)).toBeGreaterThanOrEqual(6 * HOUR);
              else if (notice.why === "worse")
                expect(notice.severity).toBeGreaterThanOrEqual(last.notice.severity + 0.2 - 1e-9);
              else expect(notice.at - last.notice.at).toBeGreaterThanOrEqual(24 * HOUR);
            }
            told.set(kind, { id, notice, resolvedAt });
          }
      }),
    );
  });

  test("a price that jitters around a threshold opens one signal with one notice", () => {
    const price = fc.integer({ min: -60, max: 60 }).map((cents) => 9500 + cents);
    fc.assert(
      fc.property(fc.array(price, { minLength: 2, maxLength: 80 }), (prices) => {
        const bench = new Bench();
        const ids = new Set<string>();
        const notices = new Set<number>();
        for (const [i, one] of prices.entries()) {
          bench.now = NOW + i * 15 * MINUTE;
          bench.see({ price: one, observedAt: bench.now });
          for (const signal of bench.signals())
            if (signal.type === "UNDERCUT") {
              ids.add(signal.id);
              if (signal.notice) notices.add(signal.notice.at);
              expect(signal.status).toBe("open");
            }
        }
        expect(ids.size).toBeLessThanOrEqual(1);
        expect(notices.size).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("an undercut is open while it is deep, and resolved once it has not been for long", () => {
    fc.assert(
      fc.property(story, (happenings) => {
        for (const { now, side, present } of play(happenings)) {
          const isSelling = side.active && side.stock !== 0;
          for (const offer of present.offers) {
            const found = present.signals.some(
              (one) =>
                one.type === "UNDERCUT" && one.competitor === offer.competitor && one.status === "open",
            );
            const isBuyable = offer.availability === "in_stock" || offer.availability === "unknown";
            const isFresh = now - offer.observedAt <= 17 * HOUR;
            const share = (side.price - offer.landedPrice) / side.price;
            if (isSelling && isBuyable && isFresh && share > 0.05) expect(found).toBe(true);
            if (!isSelling || now - offer.observedAt > 30 * HOUR) expect(found).toBe(false);
          }
        }
      }),
    );
  });

  test("rows in one call give the same as in calls of their own, but for what looks at the whole market", () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 1, max: 10 }), (happenings, perCall) => {
        const rows = happenings.flatMap((one) => (one.kind === "seen" ? [one] : []));
        const chunks = rows.map(({ row, late }, i) =>
          chunkOf([{ ...row, observedAt: NOW - late * MINUTE - i }]),
        );
        const call = { now: NOW, settings: SETTINGS, products: [shardProduct()] };
        const [alone, together] = [emptyShard(), emptyShard()];
        for (const chunk of chunks) takeCall(alone, { ...call, chunks: [chunk] });
        for (let i = 0; i < chunks.length; i += perCall)
          takeCall(together, { ...call, chunks: chunks.slice(i, i + perCall) });
        expect(withoutMarket(together)).toEqual(withoutMarket(alone));
      }),
    );
  });
});

/** What a shard knows of each competitor, and which signals about one it has. */
function withoutMarket({ skus }: ShardState) {
  return skus.map(({ signals, competitors }) => ({
    signals: signals.flatMap(({ state: { type, competitor, status } }) =>
      competitor === null ? [] : [`${type} ${competitor} ${status}`],
    ),
    competitors: [...competitors.values()].map((state) => ({ ...state, steady: null })),
  }));
}
