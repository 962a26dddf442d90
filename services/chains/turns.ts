import type { Env } from "../../db/env.ts";

/** Lets those who append to the chains do so one after the other. */
export interface Turns {
  /** Runs the work, with the instant of the turn in ms, when all writers that came before are done, and answers what it answers. */
  take<T>(work: (at: number) => Promise<T>): Promise<T>;
}

/** What of the object is called from here. */
interface TurnObject {
  take(work: (at: number) => Promise<void>): Promise<void>;
}

/**
 * The turns that one object gives to all isolates. Without the object the work runs at once: the chain's primary key then
 * lets one of several writers through, and the others try again.
 */
export function chainTurns({ CHAIN_TURNS }: Pick<Env, "CHAIN_TURNS">): Turns {
  return {
    async take<T>(work: (at: number) => Promise<T>): Promise<T> {
      let started: Promise<T> | undefined;
      const run = async (at: number) => {
        started = work(at);
        // what fails is the writer's to tell, and no reason for the object to fail
        await started.catch(() => undefined);
      };
      try {
        await (CHAIN_TURNS.getByName("chains") as unknown as TurnObject).take(run);
      } catch (error) {
        console.warn({ event: "chain_turns.failed", error: String(error) });
      }
      return started ?? work(Date.now());
    },
  };
}

/** For work inside a turn: what it calls does not wait for another one, and its instant is no later than the caller's. */
export const TURN_TAKEN: Turns = { take: (work) => work(0) };
