import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AVAILABILITIES } from "../../../domain/messages/rows.ts";
import type { ShardCall, ShardProduct } from "../../../domain/messages/shard.ts";
import { emptyShard, type ShardState } from "../../../domain/shard/shard.ts";
import { takeCall } from "../../../domain/shard/take-call.ts";
import { chunkOf, HOUR, MINUTE, NOW, SETTINGS, seen, shardProduct } from "./fixtures.ts";

/** One call, some minutes after the one before it: an observation, our product, stock, or other settings. */
interface Step {
  after: number;
  late: number;
  competitor: string;
  price: number;
  availability: (typeof AVAILABILITIES)[number];
  /** move of the exchange rate; null = the price is in our currency */
  rate: number | null;
  other: "price" | "stock" | "excluded" | "threshold" | null;
}

/** Few prices and little besides, so that most observations repeat what is known. */
const step: fc.Arbitrary<Step> = fc.record({
  after: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
    fc.integer({ min: 1, max: 3000 }),
  ),
  late: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 4000 })),
  competitor: fc.constantFrom("alpha", "beta", "gamma"),
  price: fc.oneof({ weight: 8, arbitrary: fc.constant(9600) }, fc.constantFrom(9000, 9990, 10_800, 40_000)),
  availability: fc.oneof(
    { weight: 8, arbitrary: fc.constant("in_stock" as const) },
    fc.constantFrom(...AVAILABILITIES),
  ),
  rate: fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, fc.constantFrom(0, 0.2)),
  other: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    fc.constantFrom("price" as const, "stock" as const, "excluded" as const, "threshold" as const),
  ),
});

function calls(steps: readonly Step[]): ShardCall[] {
  let now = NOW;
  let side: ShardProduct = shardProduct();
  let settings: ShardCall["settings"] = SETTINGS;
  return steps.map(({ after, late, rate, other, ...row }, i) => {
    now += after * MINUTE;
    if (other === "price") side = { ...side, price: side.price === 10_000 ? 9650 : 10_000, version: i + 2 };
    if (other === "stock") side = { ...side, stock: side.stock === 0 ? 5 : 0, version: i + 2 };
    if (other === "excluded")
      settings = { ...settings, excluded: settings.excluded ? undefined : ["beta"] } as typeof settings;
    if (other === "threshold") settings = { ...settings, undercut: settings.undercut === 0.02 ? 0.05 : 0.02 };
    const listed = { currency: "USD", landedPrice: row.price + 500, stale: false, move: rate ?? 0 };
    const at = { landedPrice: row.price, observedAt: now - late * MINUTE };
    const observation = seen({ ...row, ...at, ...(rate === null ? {} : { listed }) });
    const chunks = [chunkOf([observation], { chunkId: `crawler/${i}#0` })];
    return { now, settings, products: [side], chunks };
  });
}

/** The shard without what it may forget at any time. */
function lasting(shard: ShardState) {
  return shard.skus.map(({ steady: _, competitors, ...sku }) => ({
    ...sku,
    competitors: [...competitors.values()].map(({ steady: _, ...competitor }) => competitor),
  }));
}

describe("an observation that repeats what is known", () => {
  test("gives the same state and answer as a full evaluation", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 60 }), (steps) => {
        const shard = emptyShard();
        const thorough = emptyShard();
        for (const call of calls(steps)) {
          for (const sku of thorough.skus) sku.steady = null;
          const { answer, entry } = takeCall(shard, call);
          const other = takeCall(thorough, call);
          expect(answer).toEqual(other.answer);
          expect(entry).toEqual(other.entry);
          expect(lasting(shard)).toEqual(lasting(thorough));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("is not evaluated while nothing else has changed", () => {
    const shard = emptyShard();
    const call = (hours: number, competitor: string, price = 10_000): ShardCall => ({
      now: NOW + hours * HOUR,
      settings: structuredClone(SETTINGS),
      products: [shardProduct()],
      chunks: [chunkOf([seen({ competitor, price, landedPrice: price, observedAt: NOW + hours * HOUR })])],
    });
    takeCall(shard, call(0, "alpha"));
    takeCall(shard, call(0, "beta"));
    const [sku] = shard.skus;
    const { steady } = sku!;
    const until = steady?.until;
    takeCall(shard, call(1, "alpha"));
    takeCall(shard, call(2, "beta"));
    expect(until).toBe(NOW + SETTINGS.offerFreshHours * HOUR);
    expect([sku?.steady === steady, sku?.steady?.until]).toEqual([true, until]);
    takeCall(shard, call(3, "alpha", 10_100));
    expect(sku?.steady?.until).toBe(NOW + (2 + SETTINGS.offerFreshHours) * HOUR);
  });
});
