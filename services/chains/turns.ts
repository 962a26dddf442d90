import type { Env } from "../../db/env.ts";
import type { ChainHead } from "../../domain/ledger/entries.ts";

/** Where both chains end. */
export interface ChainHeads {
  ledger: ChainHead;
  audit: ChainHead;
}

/** What a commit made of the chains. */
export interface Appended {
  from: ChainHeads;
  to: ChainHeads;
}

/** Lets those who append to the chains do so one after the other. */
export interface Turns {
  /**
   * Runs the work, with the instant of the turn in ms, when all writers that came before are done, and answers what it
   * answers. The work tells `note` of what it appended.
   */
  take<T>(work: (at: number, note: (appended: Appended) => void) => Promise<T>): Promise<T>;
  /** Tells of what was appended inside a turn; outside of one nobody is told. */
  note?(appended: Appended): void;
  /** The ends of the chains after the newest commit that was told of; null = none is known. */
  newest(): Promise<ChainHeads | null>;
  /** Takes these for the newest ends, whatever was told before: only a restore does. */
  reset(heads: ChainHeads): Promise<void>;
}

/** What of the object is called from here. */
interface TurnObject {
  take(work: (at: number) => Promise<Appended[]>): Promise<void>;
  newest(): Promise<ChainHeads | null>;
  reset(heads: ChainHeads): Promise<void>;
}

/**
 * The turns that one object gives to all isolates. Without the object the work runs at once: the chain's primary key then
 * lets one of several writers through, and the others try again.
 */
export function chainTurns({ CHAIN_TURNS }: Pick<Env, "CHAIN_TURNS">): Turns {
  const object = () => CHAIN_TURNS.getByName("chains") as unknown as TurnObject;
  return {
    async take(work) {
      let started: ReturnType<typeof work> | undefined;
      const run = async (at: number) => {
        const appended: Appended[] = [];
        started = work(at, (one) => appended.push(one));
        // what fails is the writer's to tell, and no reason for the object to fail
        await started.catch(() => undefined);
        return appended;
      };
      try {
        await object().take(run);
      } catch (error) {
        console.warn({ event: "chain_turns.failed", error: String(error) });
      }
      return started ?? work(Date.now(), () => undefined);
    },
    newest: () => object().newest(),
    reset: (heads) => object().reset(heads),
  };
}

/** For work inside a turn: what it calls does not wait for another one, and its instant is no later than the caller's. */
export function turnTaken(outer: Turns, note: (appended: Appended) => void): Turns {
  return { ...outer, note, take: (work) => work(0, note) };
}
