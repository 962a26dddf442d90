import { expect, test } from "vitest";
import { benchMutatedBodies } from "../../../bench/reading/mutated-bodies.ts";

test("price texts, files and webhook bodies with pieces changed at random are read or refused, and crash nothing", () => {
  const scores = benchMutatedBodies(60);
  expect(scores.map(({ kind, count }) => [kind, count])).toEqual([
    ["price texts", 60],
    ["files", 60],
    ["webhook bodies", 60],
  ]);
});
