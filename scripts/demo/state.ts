import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS } from "../../domain/base/time.ts";
import { dayText } from "../replay/dates.ts";

/** What the demo has to know after a restart. It lies in the state directory, readable by its owner alone. */
export interface DemoState {
  seed: number;
  /** admin key under which the demo calls the API */
  key: string;
  /** YYYY-MM-DD: the history ends on the day before */
  firstDay: string;
  /** the 120 days before the first day are in */
  backfilled: boolean;
  /** signing secret of the demo's scraper, once it has one */
  secret: string | null;
  /** last day whose sales are final */
  closedThrough: string;
}

const STATE_FILE = "demo.json";
const SEED = 20_261;

function freshState(now: number, key: string): DemoState {
  const today = Math.floor(now / DAY_MS);
  return {
    seed: SEED,
    key,
    firstDay: dayText(today),
    backfilled: false,
    secret: null,
    closedThrough: dayText(today - 1),
  };
}

/** Writes the demo's state down, whole or not at all. */
export function saveDemoState(stateDir: string, state: DemoState): void {
  const file = join(stateDir, STATE_FILE);
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Opens the demo of a state directory, or begins one. Null where neither is possible: people are known already, no
 * demo was begun, and no admin key is given.
 */
export function openDemoState(
  stateDir: string,
  options: { givenKey: string | null; empty: boolean; now: number },
): DemoState | null {
  const { givenKey, empty, now } = options;
  try {
    const known = JSON.parse(readFileSync(join(stateDir, STATE_FILE), "utf8")) as DemoState;
    // A given key is made on an empty state alone; on any other the demo's own is the one that opens.
    return empty && givenKey !== null ? { ...known, key: givenKey } : known;
  } catch {
    if (!empty && givenKey === null) return null;
    const state = freshState(now, givenKey ?? `pw_demo_${randomBytes(24).toString("base64url")}`);
    saveDemoState(stateDir, state);
    return state;
  }
}
