import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../domain/base/time.ts";
import { chooseDue, hostPauseMs, nextFetchAt } from "../../../domain/reading/watching.ts";

describe("when a page is fetched again", () => {
  it.each([
    [0, 0.5, HOUR_MS],
    [0, 0, HOUR_MS * 0.9],
    [1, 0.5, 2 * HOUR_MS],
    [3, 0.5, 8 * HOUR_MS],
    [40, 0.5, 7 * DAY_MS],
  ])("after %i failures, drawn at %f: %i ms", (failures, random, wait) => {
    expect(nextFetchAt({ everyMinutes: 60, failures }, 1000, random)).toBe(1000 + wait);
  });
});

describe("how long a host is left alone", () => {
  it.each([
    [6, null, null, 10_000],
    [6, 30, null, 30_000],
    [6, 3, 120, 120_000],
    [6, null, 10_000_000, DAY_MS],
  ])("at %f a minute, with a crawl delay of %s and Retry-After %s: %i ms", (rate, crawlDelay, retryAfter, pause) => {
    expect(hostPauseMs(rate, { crawlDelay, retryAfter })).toBe(pause);
  });
});

describe("the pages of a tick", () => {
  const page = fc.record({ host: fc.constantFrom("a", "b", "c"), id: fc.nat() });

  it("never are more than a host allows, nor of one that rests, and come in their order", () => {
    fc.assert(
      fc.property(
        fc.array(page),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 9 }),
        (due, rate, most) => {
          const chosen = chooseDue(due, new Set(["c"]), rate, most);
          expect(chosen.length).toBeLessThanOrEqual(most);
          for (const host of ["a", "b"])
            expect(chosen.filter((one) => one.host === host).length).toBeLessThanOrEqual(rate);
          expect(chosen.some(({ host }) => host === "c")).toBe(false);
          expect(due.filter((one) => chosen.includes(one))).toEqual(chosen);
        },
      ),
    );
  });
});
