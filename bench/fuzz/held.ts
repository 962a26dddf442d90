import { readFileSync } from "node:fs";

/** A request's own time, and the longest that another one beside it had to wait, ms. */
export interface Timed {
  ms: number;
  /** at most so long one request kept the Worker from answering another */
  held: number;
}

/** A request that is answered sooner holds nothing for long: no other one is sent beside it. */
const SOON_MS = 50;
/** Between two requests beside it. */
const PAUSE_MS = 20;

/** Milliseconds from some instant on. */
export type Clock = () => number;

/**
 * What the runtime's main thread has worked, ms: how long it is held, whatever else the machine does. On Linux only.
 *
 * @param pid of the process `workerd` that runs the Worker
 */
export function workedBy(pid: string): Clock {
  return () => Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / NS_PER_MS;
}

const NS_PER_MS = 1e6;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Times a request, and how long it holds the Worker: while it is under way, others that cost next to nothing are sent one
 * after the other, and wait as long as the Worker does nothing else. What waits for a database or an object holds nothing.
 */
export async function timed<T>(
  ask: () => Promise<T>,
  askBeside: () => Promise<unknown>,
  clock: Clock = () => performance.now(),
): Promise<{ answer: T } & Timed> {
  const start = performance.now();
  const since = clock();
  const beside = { isOver: false, held: 0 };
  let worked = 0;
  const asked = ask().finally(() => {
    beside.isOver = true;
    worked = clock() - since;
  });
  const watched = watch(beside, askBeside, clock);
  const answer = await asked;
  const ms = performance.now() - start;
  await watched;
  return { answer, ms, held: Math.min(worked, beside.held) };
}

async function watch(
  state: { isOver: boolean; held: number },
  askBeside: () => Promise<unknown>,
  clock: Clock,
): Promise<void> {
  // what held the Worker may have begun before the next one was sent
  let since = clock();
  await sleep(SOON_MS);
  while (!state.isOver) {
    await askBeside();
    state.held = Math.max(state.held, clock() - since);
    since = clock();
    await sleep(PAUSE_MS);
  }
}
