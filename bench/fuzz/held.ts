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

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Times a request, and how long it holds the Worker: while it is under way, others that cost next to nothing are sent one
 * after the other, and wait as long as the Worker does nothing else. What waits for a database or an object holds nothing.
 */
export async function timed<T>(
  ask: () => Promise<T>,
  askBeside: () => Promise<unknown>,
): Promise<{ answer: T } & Timed> {
  const start = performance.now();
  const beside = { isOver: false, held: 0 };
  const asked = ask().finally(() => {
    beside.isOver = true;
  });
  const watched = watch(beside, askBeside);
  const answer = await asked;
  const ms = performance.now() - start;
  await watched;
  return { answer, ms, held: Math.min(ms, beside.held) };
}

async function watch(
  state: { isOver: boolean; held: number },
  askBeside: () => Promise<unknown>,
): Promise<void> {
  await sleep(SOON_MS);
  // what held the Worker may have begun before the first one was sent
  for (let before = SOON_MS; !state.isOver; before = PAUSE_MS) {
    const start = performance.now();
    await askBeside();
    state.held = Math.max(state.held, performance.now() - start + before);
    await sleep(PAUSE_MS);
  }
}
