import { describe, expect, it } from "vitest";
import { uniform } from "../../../../domain/base/keyed-random.ts";
import { detectFollower } from "../../../../domain/learning/forecasting/follower.ts";

const DAYS = 90;
const WORLDS = 200;

/** Our ln prices: a new price of up to ± 8 % with this chance a day. */
function ours(world: number, chance: number): number[] {
  const prices: number[] = [];
  let price = 0;
  for (let t = 0; t < DAYS; t++) {
    if (uniform(1, world, t) < chance) price = 0.16 * (uniform(2, world, t) - 0.5);
    prices.push(price);
  }
  return prices;
}

/** A competitor that goes to our price of the day before with this chance a day, give or take one per cent. */
function follower(world: number, own: readonly number[], chance: number): number[] {
  let price = 0;
  return own.map((_, t) => {
    if (t > 0 && uniform(3, world, t) < chance) price = own[t - 1]! + 0.02 * (uniform(4, world, t) - 0.5);
    return price;
  });
}

/** One that draws prices of its own and does not look at ours. */
function independent(world: number, chance: number, spread: number): number[] {
  let price = 0;
  return Array.from({ length: DAYS }, (_, t) => {
    if (uniform(5, world, t) < chance) price = spread * (uniform(6, world, t) - 0.5);
    return price;
  });
}

function shareCalled(
  own: (world: number) => number[],
  theirs: (world: number, own: number[]) => number[],
): number {
  let called = 0;
  for (let world = 0; world < WORLDS; world++) {
    const prices = own(world);
    if (detectFollower(prices, theirs(world, prices)).follower) called++;
  }
  return called / WORLDS;
}

describe("who is called a follower", () => {
  it.each([
    ["seldom", 0.05, 0.2],
    ["every fourth day", 0.25, 0.2],
    ["every other day", 0.5, 0.2],
    ["every day", 1, 0.2],
    ["every day by little", 1, 0.04],
  ])("at most one in ten of those who reprice %s on their own", (_, chance, spread) => {
    for (const often of [0.15, 0.3])
      expect(
        shareCalled(
          (world) => ours(world, often),
          (world) => independent(world, chance, spread),
        ),
      ).toBeLessThanOrEqual(0.1);
  });

  it.each([
    0.9, 0.7, 0.5,
  ])("at least seven in ten of those who follow with a chance of %d a day", (chance) => {
    for (const often of [0.15, 0.3])
      expect(
        shareCalled(
          (world) => ours(world, often),
          (world, own) => follower(world, own, chance),
        ),
      ).toBeGreaterThanOrEqual(0.7);
  });
});
