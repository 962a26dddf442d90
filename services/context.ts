import { type Database, database } from "../db/database.ts";
import type { Env } from "../db/env.ts";
import type { Actor } from "../domain/identity/rights.ts";
import { chainTurns, type Turns } from "./chains/turns.ts";

/** What a verb works with. The clock, ids and jitter come in here, so that a test can fix them. */
export interface ServiceContext {
  d1: D1Database;
  db: Database;
  lake: R2Bucket;
  now: number;
  actor: Actor;
  turns: Turns;
  newId(prefix: string): string;
  /** in [0, 1) */
  random(): number;
  sleep(ms: number): Promise<void>;
}

const SYSTEM_SCOPES = ["admin"] as const;

/** The system's own job as an actor. */
export function systemActor(job: string): Actor {
  return { kind: "system", job, scopes: SYSTEM_SCOPES };
}

export function serviceContext(
  env: Pick<Env, "DB" | "LAKE" | "CHAIN_TURNS">,
  actor: Actor,
  now = Date.now(),
): ServiceContext {
  return {
    d1: env.DB,
    db: database(env.DB),
    lake: env.LAKE,
    now,
    actor,
    turns: chainTurns(env),
    newId,
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

const ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** `prefix_` + 10 characters of time + 12 random ones (Crockford base 32): sorts by time of making. */
export function newId(prefix: string): string {
  let time = Date.now();
  let head = "";
  for (let i = 0; i < 10; i++) {
    head = ID_ALPHABET[time % 32] + head;
    time = Math.floor(time / 32);
  }
  const tail = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => ID_ALPHABET[byte % 32]).join("");
  return `${prefix}_${head}${tail}`;
}

/** When an id was made, ms; null if it is not in this form. */
export function timeOfId(id: string): number | null {
  const head = /_([0-9a-z]{10})/.exec(id)?.[1];
  if (head === undefined) return null;
  return [...head].reduce((time, letter) => time * 32 + ID_ALPHABET.indexOf(letter), 0);
}
