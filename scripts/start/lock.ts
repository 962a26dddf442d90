import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pause } from "../client/api.ts";
import { endAll, identify, isAlive, type ProcessId } from "./processes.ts";

interface LockBody {
  owner: ProcessId;
  /** what the owner has running: left behind by an owner that was killed, it still holds the state */
  children: ProcessId[];
}

/** Holds a state directory for one start. */
export interface Lock {
  /** writes down what runs under this start */
  record(children: ProcessId[]): void;
  release(): void;
}

/** Another start holds the state directory. */
export class LockedError extends Error {}

const LOCK_FILE = "pricewright.lock";

function readLock(file: string): LockBody | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockBody;
  } catch {
    return null;
  }
}

/** Creates the lock file; false if it is there already. */
function createLock(file: string, body: LockBody): boolean {
  try {
    writeFileSync(file, JSON.stringify(body), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** A start whose npm was killed needs a moment to notice and to stop. */
const OWNER_PATIENCE_MS = 3_000;

async function isStillHeld(owner: ProcessId, patience: number): Promise<boolean> {
  const until = Date.now() + patience;
  while (isAlive(owner)) {
    if (Date.now() > until) return true;
    await pause(200);
  }
  return false;
}

/**
 * Takes the state directory. A lock whose owner is gone is stale: what the owner left running is ended, the lock is
 * taken over.
 * @throws LockedError if its owner is alive and stays so for `patience` ms.
 */
export async function takeLock(stateDir: string, patience: number = OWNER_PATIENCE_MS): Promise<Lock> {
  mkdirSync(stateDir, { recursive: true });
  const file = join(stateDir, LOCK_FILE);
  const owner = identify(process.pid) ?? { pid: process.pid, began: null };
  if (!createLock(file, { owner, children: [] })) {
    const held = readLock(file);
    if (held && (await isStillHeld(held.owner, patience))) {
      throw new LockedError(`Pricewright already runs on ${stateDir} (process ${held.owner.pid})`);
    }
    endAll(held?.children ?? []);
    rmSync(file, { force: true });
    if (!createLock(file, { owner, children: [] })) {
      throw new LockedError(`Pricewright is being started on ${stateDir} by another process`);
    }
  }
  return {
    record: (children) => {
      writeFileSync(`${file}.new`, JSON.stringify({ owner, children } satisfies LockBody));
      renameSync(`${file}.new`, file);
    },
    release: () => {
      if (readLock(file)?.owner.pid === process.pid) rmSync(file, { force: true });
    },
  };
}
