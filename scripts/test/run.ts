import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { pause } from "../client/api.ts";
import { descendants, endAll } from "../start/processes.ts";
import { startTool } from "../start/tools.ts";
import {
  beginProgress,
  isHang,
  type Outcome,
  outcomeOf,
  type Progress,
  type Step,
  takeStep,
} from "./progress.ts";

/** How often it is asked whether a run still moves, ms. */
const WATCH_MS = 2_000;
/** How long what a process said before it ended may take to arrive, ms. */
const LAST_WORDS_MS = 1_000;

/** A run of vitest that has ended, or was ended. */
interface Ran {
  progress: Progress;
  outcome: Outcome;
  /** why it was ended; null = it ended by itself */
  stopped: "hang" | "late" | null;
}

/** Vitest's reporters: what it prints by itself, and the one that tells us. Others come in place of the first. */
function reporterArguments(args: readonly string[]): string[] {
  const hasOther = args.some((arg) => arg.startsWith("--reporter"));
  return [...(hasOther ? [] : ["--reporter=default"]), "--reporter=./scripts/test/reporter.ts"];
}

/** The exit code of a process, once it has ended and its last messages have been read. */
async function exitOf(child: ChildProcess): Promise<number> {
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (child.connected) await Promise.race([once(child, "disconnect"), pause(LAST_WORDS_MS)]);
  return code ?? 1;
}

/**
 * Runs vitest with the arguments, and ends it with all that it started when nothing has ended for minutes, or when the
 * time is over (`until`, ms since 1970).
 */
export async function runVitest(args: readonly string[], until: number): Promise<Ran> {
  const vitest = startTool("vitest", ["run", ...args, ...reporterArguments(args)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const progress = beginProgress(Date.now());
  vitest.on("message", (step) => takeStep(progress, step as Step, Date.now()));
  let isOver = false;
  const ended = exitOf(vitest).finally(() => {
    isOver = true;
  });
  const endTree = () => endAll(descendants(process.pid));
  const onTerminate = () => {
    endTree();
    process.exit(1);
  };
  // whoever interrupts interrupts vitest too, which says what it ran, and ends
  const onInterrupt = () => {};
  process.once("SIGTERM", onTerminate);
  process.on("SIGINT", onInterrupt);
  let stopped: Ran["stopped"] = null;
  while (!isOver && stopped === null) {
    await Promise.race([ended, pause(WATCH_MS)]);
    if (isOver) break;
    if (isHang(progress, Date.now())) stopped = "hang";
    else if (Date.now() >= until) stopped = "late";
  }
  if (stopped !== null) endTree();
  const code = await ended;
  process.off("SIGTERM", onTerminate);
  process.off("SIGINT", onInterrupt);
  return { progress, stopped, outcome: outcomeOf(progress, stopped === null ? code : null) };
}
