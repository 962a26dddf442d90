import { expect, test } from "vitest";
import { INVOCATION_PRICES, SEGMENT_PRICES, segmentsOf } from "../../../services/pricing/commit-prices.ts";

const MINUTE = 60_000;
const due = Array.from({ length: 3 * INVOCATION_PRICES }, (_, i) => i);

test("what is due is done in segments, in its order", () => {
  const few = due.slice(0, SEGMENT_PRICES + 1);
  expect(segmentsOf(few, 5 * MINUTE)).toEqual([few.slice(0, SEGMENT_PRICES), [SEGMENT_PRICES]]);
  expect(segmentsOf([], 0)).toEqual([]);
});

test("of more than one invocation may do, each minute does another part", () => {
  const minutes = [0, 1, 2].map((minute) => segmentsOf(due, minute * MINUTE).flat());
  for (const minute of minutes) expect(minute).toHaveLength(INVOCATION_PRICES);
  expect(new Set(minutes.flat()).size).toBe(due.length);
});
