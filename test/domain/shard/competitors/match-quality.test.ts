import { expect, test } from "vitest";
import { type MatchDoubt, matchDoubtAfter, matchQuality } from "../../../../domain/shard/competitors/gate.ts";

function after(...prices: number[]): string | null {
  let doubt: MatchDoubt | null = null;
  for (const [i, price] of prices.entries())
    doubt = matchDoubtAfter(doubt, prices[i - 1] ?? null, price, 0.19);
  return matchQuality(doubt);
}

test.each<[number[], string | null]>([
  [[1000, 6000], null],
  [[1000, 6000, 6000, 6000], "pack6"],
  [[1000, 6000, 6010, 6020, 6000], "pack6"],
  [[1000, 6000, 6000, 6000, 1000], null],
  [[6000, 500, 500, 500], "pack12"],
  [[1000, 1190, 1190, 1190], "tax"],
  [[1190, 1000, 1000, 1000], "tax"],
  [[1000, 1200, 1200, 1200], null],
  [[1000, 1000, 1000], null],
])("%o: %s", (prices, expected) => {
  expect(after(...prices)).toBe(expected);
});
