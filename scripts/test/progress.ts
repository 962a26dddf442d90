import { MINUTE_MS } from "../../domain/base/time.ts";

/** What a run of vitest says of itself while it goes on. */
export type Step =
  | { kind: "planned"; files: string[] }
  | { kind: "began"; file: string }
  /** a test or a hook has ended */
  | { kind: "moved"; failed: boolean }
  | { kind: "ended"; file: string; passed: boolean; tests: number }
  | { kind: "over"; state: "passed" | "failed" | "interrupted"; errors: string[] };

/** What is known of a run of vitest. */
export interface Progress {
  planned: Set<string>;
  running: Set<string>;
  /** the files that came to their end */
  ended: Set<string>;
  /** tests that passed, in the files that ended */
  tests: number;
  hasFailed: boolean;
  /** when something ended or began most lately, ms */
  movedAt: number;
  over: { state: "passed" | "failed" | "interrupted"; errors: string[] } | null;
}

/** How a run came out: `unfinished` = nothing failed, but some files never came to their end. */
export type Outcome = "passed" | "failed" | "unfinished";

/** Longer than any hook or test may take in which nothing else ends. */
const HANG_MS = 6 * MINUTE_MS;
/** Longer than a file takes to begin after another has ended: two attempts to start a runtime. */
const IDLE_MS = 2 * MINUTE_MS;
/** What vitest takes at most to close after its last word. */
const CLOSING_MS = MINUTE_MS;

/** What is known when a run starts. */
export function beginProgress(now: number): Progress {
  return {
    planned: new Set(),
    running: new Set(),
    ended: new Set(),
    tests: 0,
    hasFailed: false,
    movedAt: now,
    over: null,
  };
}

/** Takes down one step of a run. */
export function takeStep(progress: Progress, step: Step, now: number): void {
  progress.movedAt = now;
  if (step.kind === "planned") for (const file of step.files) progress.planned.add(file);
  if (step.kind === "began") progress.running.add(step.file);
  if (step.kind === "moved") progress.hasFailed ||= step.failed;
  if (step.kind === "ended") {
    progress.hasFailed ||= !step.passed;
    progress.running.delete(step.file);
    progress.ended.add(step.file);
    progress.tests += step.tests;
  }
  if (step.kind === "over") progress.over = { state: step.state, errors: step.errors };
}

/** The files that were to run and did not come to their end. */
export function leftOf({ planned, ended }: Progress): string[] {
  return [...planned].filter((file) => !ended.has(file));
}

/** Whether nothing has ended for so long that nothing will. */
export function isHang({ planned, running, movedAt, over }: Progress, now: number): boolean {
  const isIdle = planned.size > 0 && running.size === 0;
  const patience = isIdle ? IDLE_MS : HANG_MS;
  return now - movedAt >= (over ? CLOSING_MS : patience);
}

/** An error of the pool: a process or a runtime did not start, or ended in the midst of its file. */
const POOL_ERROR = /^\[vitest-pool/;

/** How a run came out that has ended by itself with this exit code, or that was ended: null. */
export function outcomeOf(progress: Progress, code: number | null): Outcome {
  const { planned, hasFailed, over } = progress;
  if (hasFailed) return "failed";
  if (over && (over.state === "interrupted" || over.errors.some((error) => !POOL_ERROR.test(error))))
    return "failed";
  if (leftOf(progress).length > 0) return "unfinished";
  if (over) return over.state === "passed" && (code ?? 0) === 0 ? "passed" : "failed";
  // without a last word: nothing was to run, it never got so far, or it ended too early
  if (planned.size === 0 && code === null) return "unfinished";
  return planned.size === 0 && code === 0 ? "passed" : "failed";
}
