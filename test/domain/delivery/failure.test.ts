import { describe, expect, it } from "vitest";
import { afterFailure, failureKind } from "../../../domain/delivery/failure.ts";

const REFUSED = new Error("D1_ERROR: CHECK constraint failed: all_hit: SQLITE_CONSTRAINT");
const LOST = new Error("Network connection lost.");

describe("failureKind", () => {
  it.each([
    [REFUSED, "refused"],
    [new Error("D1_ERROR: no: SQLITE_CONSTRAINT_TRIGGER"), "refused"],
    [LOST, "transient"],
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
  it("retries a passing fault with doubling delay, and parks it after the sixth delivery", () => {
    expect([1, 2, 3, 4, 5, 6].map((attempts) => afterFailure(attempts, LOST))).toEqual([
      ...[1, 2, 4, 8, 16].map((delaySeconds) => ({ outcome: "retry", delaySeconds })),
      { outcome: "park", reason: "Network connection lost." },
    ]);
  });

  it("parks what the database refuses after the third", () => {
    expect(afterFailure(2, REFUSED)).toEqual({ outcome: "retry", delaySeconds: 2 });
    expect(afterFailure(3, REFUSED)).toMatchObject({ outcome: "park" });
  });

  it("keeps the reason on one short line", () => {
    const decision = afterFailure(6, new Error(`a\n  b${"c".repeat(1_000)}`));
    expect(decision).toMatchObject({ outcome: "park", reason: expect.stringMatching(/^a bc{497}$/) });
  });
});
