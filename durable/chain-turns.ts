import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";

/** A writer that has not finished by then loses its turn: the next one goes on, and the chain's key stops the slow one. */
const TURN_MS = 10_000;

/**
 * The one object that the writers of the hash chains ask for their turn, in the order in which they come. It keeps
 * nothing: the chains are in D1, whose primary key refuses a second entry with the same number whatever happens here.
 * Each turn has an instant of its own, later than that of the turn before it: the order of the instants is that of the chains.
 */
export class ChainTurns extends DurableObject<Env> {
  private last: Promise<void> = Promise.resolve();
  /** ms */
  private latest = 0;

  /** Calls the writer back, with the instant of its turn, once all before it are done. One that has gone away loses its turn. */
  async take(work: (at: number) => Promise<void>): Promise<void> {
    const before = this.last;
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.last = done;
    await before;
    this.latest = Math.max(this.latest + 1, Date.now());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, TURN_MS);
    });
    try {
      await Promise.race([work(this.latest), tooLong]);
    } finally {
      clearTimeout(timer);
      finish();
    }
  }
}
