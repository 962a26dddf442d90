import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";

/** A writer that has not finished by then loses its turn: the next one goes on, and the chain's key stops the slow one. */
const TURN_MS = 10_000;

/**
 * The one object that the writers of the hash chains ask for their turn, in the order in which they come. It keeps
 * nothing: the chains are in D1, whose primary key refuses a second entry with the same number whatever happens here.
 */
export class ChainTurns extends DurableObject<Env> {
  private last: Promise<void> = Promise.resolve();

  /** Calls the writer back once all that came before it are done. A writer that has gone away loses its turn. */
  async take(work: () => Promise<void>): Promise<void> {
    const before = this.last;
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.last = done;
    await before;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, TURN_MS);
    });
    try {
      await Promise.race([work(), tooLong]);
    } finally {
      clearTimeout(timer);
      finish();
    }
  }
}
