import { describe, expect, it } from "vitest";
import { PLATFORM_LIMITS } from "../../../domain/base/platform-limits.ts";
import { afterFailure, failureKind } from "../../../domain/delivery/failure.ts";

const REFUSED = new Error("D1_ERROR: CHECK constraint failed: all_hit: SQLITE_CONSTRAINT");
const LOST = new Error("Network connection lost.");

describe("failureKind", () => {
  it.each([
    [REFUSED, "refused"],
    [new Error("D1_ERROR: no: SQLITE_CONSTRAINT_TRIGGER"), "refused"],
    [LOST, "transient"],
    [new Error("Failed query: select constraint from busy", { cause: LOST }), "transient"],
    [new Error("Failed query: select 1", { cause: REFUSED }), "refused"],
    [new Error("Failed query: insert constraint", { cause: new Error("no such table") }), "unknown"],
    [new Error("D1 DB storage operation exceeded timeout which caused object to be reset."), "transient"],
    [Object.assign(new Error("x"), { retryable: true }), "transient"],
    [Object.assign(new Error("x"), { overloaded: true }), "transient"],
    [new TypeError("undefined is not a function"), "unknown"],
    ["thrown text", "unknown"],
  ] as const)("%s is %s", (error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });
});

describe("afterFailure", () => {
  const HOUR = 3_600_000;
  const failed = (attempts: number, error: unknown, more: { ageMs?: number; isShared?: boolean } = {}) =>
    afterFailure({ attempts, ageMs: 0, error, ...more }, 24);

  it("retries a passing fault with doubling delay up to twenty minutes", () => {
    const delays = [1, 2, 3, 11, 12, 90].map((attempts) => failed(attempts, LOST));
    expect(delays).toEqual(
      [1, 2, 4, 1_024, 1_200, 1_200].map((delaySeconds) => ({ outcome: "retry", delaySeconds })),
    );
  });

  it("parks it after the hours of the setting, in fewer deliveries than a queue makes", () => {
    let ageMs = 0;
    let attempts = 1;
    for (;;) {
      const decision = failed(attempts, LOST, { ageMs });
      if (decision.outcome === "park") break;
      ageMs += decision.delaySeconds * 1_000;
      attempts++;
    }
    expect(ageMs).toBeGreaterThanOrEqual(24 * HOUR);
    expect(attempts).toBeLessThan(PLATFORM_LIMITS.queueRetries);
  });

  it("parks what fails by itself after the sixth delivery, and what the database refuses after the third", () => {
    const own = new TypeError("undefined is not a function");
    expect(failed(5, own)).toEqual({ outcome: "retry", delaySeconds: 16 });
    expect(failed(6, own)).toEqual({ outcome: "park", reason: own.message });
    expect(failed(2, REFUSED)).toEqual({ outcome: "retry", delaySeconds: 2 });
    expect(failed(3, REFUSED)).toMatchObject({ outcome: "park" });
  });

  it("parks nothing for an unknown fault of all that were delivered together", () => {
    const strange = new Error("something unheard of");
    expect(failed(60, strange, { isShared: true })).toMatchObject({ outcome: "retry" });
    expect(failed(60, strange, { isShared: true, ageMs: 24 * HOUR })).toMatchObject({ outcome: "park" });
  });

  it("keeps the reason on one short line", () => {
    const decision = failed(6, new Error(`a\n  b${"c".repeat(1_000)}`));
    expect(decision).toMatchObject({ outcome: "park", reason: expect.stringMatching(/^a bc{497}$/) });
  });
});
