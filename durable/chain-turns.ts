import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import type { ChainHead } from "../domain/ledger/entries.ts";
import type { Appended, ChainHeads } from "../services/chains/turns.ts";

/** A writer that has not finished by then loses its turn: the next one goes on, and the chain's key stops the slow one. */
const TURN_MS = 10_000;

const NEWEST = "newest";

/** Whether a chain that ends in `head` may be the one that ended in `known` before. */
function goesOn(known: ChainHead, head: ChainHead): boolean {
  return head.count > known.count || (head.count === known.count && head.hash === known.hash);
}

/**
 * The one object that the writers of the hash chains ask for their turn, in the order in which they come. The chains are in
 * D1, whose primary key refuses a second entry with the same number whatever happens here. The object keeps where they end,
 * so that an entry that somebody takes away is missed. Each turn has an instant of its own, later than that of the turn
 * before it: the order of the instants is that of the chains.
 */
export class ChainTurns extends DurableObject<Env> {
  private last: Promise<void> = Promise.resolve();
  /** ms */
  private latest = 0;

  /** Calls the writer back, with the instant of its turn, once all before it are done. One that has gone away loses its turn. */
  async take(work: (at: number) => Promise<Appended[]>): Promise<void> {
    const before = this.last;
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.last = done;
    await before;
    this.latest = Math.max(this.latest + 1, Date.now());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<Appended[]>((resolve) => {
      timer = setTimeout(() => resolve([]), TURN_MS);
    });
    try {
      for (const appended of await Promise.race([work(this.latest), tooLong])) await this.follow(appended);
    } finally {
      clearTimeout(timer);
      finish();
    }
  }

  async newest(): Promise<ChainHeads | null> {
    return (await this.ctx.storage.get<ChainHeads>(NEWEST)) ?? null;
  }

  async reset(heads: ChainHeads): Promise<void> {
    await this.ctx.storage.put(NEWEST, heads);
  }

  /** What does not go on from the newest ends is no news: they stay as the evidence of what was there. */
  private async follow({ from, to }: Appended): Promise<void> {
    const known = await this.newest();
    if (known && !(goesOn(known.ledger, from.ledger) && goesOn(known.audit, from.audit))) return;
    // a commit whose writer died before it told of it is only missed here: nobody waits for this to be on disk
    await this.ctx.storage.put(NEWEST, to, { allowUnconfirmed: true });
  }
}
