import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import {
  beginProgress,
  isHang,
  leftOf,
  outcomeOf,
  type Progress,
  type Step,
  takeStep,
} from "../../../scripts/test/progress.ts";

const PLANNED: Step = { kind: "planned", files: ["a", "b", "c"] };
const ended = (file: string, passed = true): Step => ({ kind: "ended", file, passed, tests: 2 });
const over = (state: "passed" | "failed" | "interrupted", ...errors: string[]): Step => ({
  ...{ kind: "over", state, errors },
});
const ALL = [PLANNED, ended("a"), ended("b"), ended("c")];
const FAILED: Step = { kind: "moved", failed: true };
const LOST = "[vitest-pool]: Worker cloudflare-pool emitted error.";

/** A run in which each step comes a minute after the one before. */
function runOf(...steps: Step[]): Progress {
  const progress = beginProgress(0);
  for (const [index, step] of steps.entries()) takeStep(progress, step, (index + 1) * MINUTE_MS);
  return progress;
}

describe("a run of the tests", () => {
  it("knows which files ran, which did not, and how many tests passed", () => {
    const progress = runOf(PLANNED, { kind: "began", file: "a" }, { kind: "began", file: "b" }, ended("a"));
    expect([...progress.running]).toEqual(["b"]);
    expect(leftOf(progress)).toEqual(["b", "c"]);
    expect(progress.tests).toBe(2);
  });

  it("hangs when nothing has ended for six minutes, no file has begun for two, or it does not close in one", () => {
    const still = runOf(PLANNED, { kind: "began", file: "a" });
    expect(isHang(still, 8 * MINUTE_MS - 1)).toBe(false);
    expect(isHang(still, 8 * MINUTE_MS)).toBe(true);
    const between = runOf(PLANNED, { kind: "began", file: "a" }, ended("a"));
    expect(isHang(between, 5 * MINUTE_MS - 1)).toBe(false);
    expect(isHang(between, 5 * MINUTE_MS)).toBe(true);
    const closing = runOf(...ALL, over("passed"));
    expect(isHang(closing, 6 * MINUTE_MS - 1)).toBe(false);
    expect(isHang(closing, 6 * MINUTE_MS)).toBe(true);
  });

  it.each<[string, Progress, number | null, string]>([
    ["all files passed", runOf(...ALL, over("passed")), 0, "passed"],
    ["they passed and it did not close", runOf(...ALL, over("passed")), null, "passed"],
    ["they passed and vitest says otherwise", runOf(...ALL, over("passed")), 1, "failed"],
    ["a file failed", runOf(PLANNED, ended("a", false), over("failed")), 1, "failed"],
    ["a file failed before it hung", runOf(PLANNED, ended("a", false)), null, "failed"],
    ["a test failed in a file that was lost", runOf(PLANNED, FAILED, over("failed", LOST)), 1, "failed"],
    ["it hung", runOf(PLANNED, ended("a")), null, "unfinished"],
    ["it hung before it knew what to run", runOf(), null, "unfinished"],
    ["a runtime was lost", runOf(PLANNED, ended("a"), over("failed", LOST)), 1, "unfinished"],
    ["another error came too", runOf(PLANNED, ended("a"), over("failed", LOST, "boom")), 1, "failed"],
    ["an error came from outside of a test", runOf(...ALL, over("failed", "boom")), 1, "failed"],
    ["it was interrupted", runOf(PLANNED, ended("a"), over("interrupted")), 130, "failed"],
    ["it ended as if all were well, and half of it did not run", runOf(PLANNED, ended("a")), 0, "unfinished"],
    ["it ended without a last word", runOf(...ALL), 0, "failed"],
    ["there was nothing to run", runOf(), 0, "passed"],
    ["it could not begin", runOf(), 1, "failed"],
  ])("in which %s", (_, progress, code, outcome) => {
    expect(outcomeOf(progress, code)).toBe(outcome);
  });
});
