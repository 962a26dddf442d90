import { describe, expect, it } from "vitest";
import {
  groupingDelay,
  planResends,
  RESENDS_PER_RUN_MAX,
  resendDelayMs,
} from "../../../domain/delivery/resend.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
const IDLE = { lastDoneAt: 0, doneUpTo: 0 };
const T0 = 1_700_000_000_000;

function chunk(id: string, lastSentAt: number, sends = 1) {
  return { id, lastSentAt, sends };
}

describe("resendDelayMs", () => {
  it("is 30 s, then 1, 2, 4, 8, 15, 15 minutes", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(resendDelayMs)).toEqual(
      [0.5, 1, 2, 4, 8, 15, 15, 15].map((minutes) => minutes * MINUTE),
    );
  });
});

describe("planResends", () => {
  it("has nothing to do and nothing to look for when nothing waits", () => {
    expect(planResends([], IDLE, T0)).toEqual({ send: [], nextAt: null });
  });

  it("sends nothing again before 30 s, and says when to look", () => {
    expect(planResends([chunk("a", T0)], IDLE, T0 + 29 * SECOND)).toEqual({
      send: [],
      nextAt: T0 + 30 * SECOND,
    });
  });

  it("sends what is due, oldest first, and looks again when the next sending would be due", () => {
    const plan = planResends([chunk("b", T0 + 1), chunk("a", T0)], IDLE, T0 + MINUTE);
    expect(plan.send.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(plan.nextAt).toBe(T0 + 2 * MINUTE);
  });

  it("lets a due chunk wait while others are being marked done", () => {
    const busy = { lastDoneAt: T0 + 40 * SECOND, doneUpTo: T0 - MINUTE };
    expect(planResends([chunk("a", T0)], busy, T0 + 45 * SECOND)).toEqual({
      send: [],
      nextAt: T0 + 70 * SECOND,
    });
  });

  it("lets it wait for ten minutes at most", () => {
    const busy = { lastDoneAt: T0 + 11 * MINUTE, doneUpTo: T0 - MINUTE };
    expect(planResends([chunk("a", T0)], busy, T0 + 11 * MINUTE).send).toHaveLength(1);
  });

  it("sends again at once what the queue has gone past", () => {
    const past = { lastDoneAt: T0 + 59 * SECOND, doneUpTo: T0 + 31 * SECOND };
    expect(planResends([chunk("a", T0)], past, T0 + MINUTE).send).toHaveLength(1);
  });

  it("sends at most fifty in a run and comes back for the rest", () => {
    const many = Array.from({ length: 120 }, (_, i) => chunk(`c${i}`, T0 + i));
    const plan = planResends(many, IDLE, T0 + MINUTE);
    expect(plan.send).toHaveLength(RESENDS_PER_RUN_MAX);
    expect(plan.send[0]?.id).toBe("c0");
    expect(plan.nextAt).toBe(T0 + MINUTE + SECOND);
  });
});

describe("waiting for others", () => {
  it("ends at the next multiple of the wait, at the same instant for every Inbox", () => {
    expect(groupingDelay(30, 12_000, 1_000)).toBe(18);
    expect(groupingDelay(30, 29_400, 1_000)).toBe(1);
    expect(groupingDelay(30, 30_000, 1_000)).toBe(30);
  });

  it("does not happen where it is not wanted, and not to what comes after a quiet time", () => {
    expect(groupingDelay(0, 12_000, 1_000)).toBe(0);
    expect(groupingDelay(Number.NaN, 12_000, 1_000)).toBe(0);
    expect(groupingDelay(30, 12_000, null)).toBe(0);
    expect(groupingDelay(30, 12_000, 121_000)).toBe(0);
    expect(groupingDelay(30, 12_000, 119_000)).toBe(18);
  });
});
