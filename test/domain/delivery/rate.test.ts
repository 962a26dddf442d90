import { expect, it } from "vitest";
import { takeTurn } from "../../../domain/delivery/source.ts";

it("lets a minute's worth through at once, then one request as each turn comes back", () => {
  let nextAt: number | undefined;
  const take = (now: number) => {
    const turn = takeTurn(nextAt, 3, now);
    nextAt = turn.nextAt;
    return turn.retryAfter;
  };
  expect([take(0), take(0), take(0)]).toEqual([null, null, null]);
  expect(take(0)).toBe(20);
  expect(take(19_000)).toBe(1);
  expect(take(20_000)).toBe(null);
  expect(take(20_001)).toBe(20);
  expect([take(600_000), take(600_000), take(600_000)]).toEqual([null, null, null]);
  expect(take(600_000)).toBe(20);
});
