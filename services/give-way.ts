import type { ServiceContext } from "./context.ts";

/**
 * Steps of another request, from its arrival to its answer. The local runtime does one of them while this one waits for a
 * timer.
 */
const STEPS = 4;

/**
 * Lets other requests have their turn, inside long work of one. In production that happens whenever an object or the
 * database is waited for; the local runtime has them all in one thread, and looks for nothing new as long as one of them
 * has an answer to go on with. Only for work that its request waits for: a timer of a request that is over never fires.
 */
export async function giveWay({ sleep }: Pick<ServiceContext, "sleep">): Promise<void> {
  for (let step = 0; step < STEPS; step++) await sleep(0);
}
