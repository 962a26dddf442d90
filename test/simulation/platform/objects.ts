import { Life, type Scheduler } from "./scheduler.ts";
import { Sqlite } from "./sqlite.ts";

/** What an object's class looks like from outside. */
export type ObjectClass = new (ctx: never, env: never) => object;
type Methods = Record<string, (...parameters: unknown[]) => unknown>;

/** The runtime gives a failing alarm up after so many retries. */
const ALARM_RETRIES_MAX = 6;

/** One object: what is on its disk survives, what is in its memory does not. */
export class SimulatedObject {
  readonly name: string;
  readonly disk = new Sqlite();
  alarmAt: number | null = null;
  #alarmRetries = 0;
  #loaded: { instance: Methods; life: Life } | null = null;
  readonly #make: (ctx: unknown, life: Life) => Methods;
  readonly #scheduler: Scheduler;

  constructor(name: string, scheduler: Scheduler, make: (ctx: unknown, life: Life) => object) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#make = make as (ctx: unknown, life: Life) => Methods;
  }

  get isLoaded(): boolean {
    return this.#loaded !== null;
  }

  /** Ends the object in memory: what it was doing stops, whoever waits for it hears of a lost connection. */
  evict(): void {
    this.#loaded?.life.end();
    this.#loaded = null;
  }

  /** Calls a method; arguments and answer cross as copies. */
  async call(method: string, parameters: unknown[]): Promise<unknown> {
    const { instance, life } = await this.#wake();
    const answer = Promise.resolve(instance[method]!(...structuredClone(parameters)));
    return new Promise((resolve, reject) => {
      const forget = life.onEnd(() => reject(lostConnection()));
      const settle = (act: () => void) => {
        forget();
        if (life.isAlive) act();
      };
      answer.then(
        (value) => settle(() => resolve(structuredClone(value))),
        (error) => settle(() => reject(error)),
      );
    });
  }

  /** Runs the alarm: at least once, again after a failure or an end half-way. */
  async fireAlarm(): Promise<void> {
    this.alarmAt = null;
    const retryCount = this.#alarmRetries;
    try {
      await this.call("alarm", [{ retryCount, isRetry: retryCount > 0 }]);
      this.#alarmRetries = 0;
    } catch {
      this.#alarmRetries = retryCount + 1;
      if (this.#alarmRetries > ALARM_RETRIES_MAX) this.#alarmRetries = 0;
      else this.alarmAt ??= this.#scheduler.now + 1_000 * 2 ** retryCount;
    }
  }

  async #wake(): Promise<{ instance: Methods; life: Life }> {
    if (this.#loaded !== null) return this.#loaded;
    const blockers: Promise<unknown>[] = [];
    const life = new Life();
    const context = {
      storage: this.#storage(),
      waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined),
      blockConcurrencyWhile: (work: () => Promise<unknown>) => void blockers.push(work()),
    };
    const loaded = { instance: this.#make(context, life), life };
    this.#loaded = loaded;
    await Promise.all(blockers);
    return loaded;
  }

  #storage() {
    return {
      sql: {
        databaseSize: 0,
        exec: (sql: string, ...values: unknown[]) => {
          const { rows, changes } = this.disk.run(sql, values);
          return cursor(rows.map(withBuffers), changes);
        },
      },
      transactionSync: <T>(act: () => T): T => this.disk.transaction(act),
      getAlarm: async () => this.alarmAt,
      setAlarm: async (at: number) => {
        this.alarmAt = at;
      },
    };
  }
}

function cursor(rows: Record<string, unknown>[], rowsWritten: number) {
  return {
    rowsWritten,
    toArray: () => rows,
    one: () => {
      if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
      return rows[0]!;
    },
    [Symbol.iterator]: () => rows[Symbol.iterator](),
  };
}

/** A blob is an ArrayBuffer to an object. */
function withBuffers(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? value.slice().buffer : value,
    ]),
  );
}

function lostConnection(): Error {
  return Object.assign(new Error("Network connection lost."), { retryable: true });
}
