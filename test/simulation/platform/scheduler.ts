import type { Chance } from "./chance.ts";

/** What runs until it ends or is ended: an object in memory, a consumer's invocation, a client. */
export class Life {
  isAlive = true;
  readonly #mourners = new Set<() => void>();

  /** Runs `act` if this life is ended; answers how to take that back. */
  onEnd(act: () => void): () => void {
    this.#mourners.add(act);
    return () => this.#mourners.delete(act);
  }

  end(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    for (const act of this.#mourners) act();
  }
}

/** Something that can happen next. A step of an ended life never happens. */
export interface Step {
  name: string;
  life: Life;
  /** not before this instant, ms */
  readyAt: number;
  run: () => void;
}

/** Chances that a call between two parts of the system goes wrong. */
export interface FaultRates {
  /** the request never arrives */
  requestLost: number;
  /** it did its work, and the caller hears of an error */
  answerLost: number;
  /** takes half a minute */
  slow: number;
}

export const NO_FAULTS: FaultRates = { requestLost: 0, answerLost: 0, slow: 0 };

const STEP_MS_MAX = 40;
const SLOW_MS_MAX = 40_000;

/**
 * Holds what may happen next and the clock. All that is asynchronous in the system under test goes through `remote`,
 * so that the order of events is the seed's choice and nothing else's.
 */
export class Scheduler {
  readonly chance: Chance;
  now: number;
  rates: FaultRates = NO_FAULTS;
  /** until then every call of this kind fails: the database is down */
  outage: { calls: string; until: number } | null = null;
  /** faults that happened, by name */
  readonly faults = new Map<string, number>();
  #steps: Step[] = [];

  constructor(chance: Chance, now: number) {
    this.chance = chance;
    this.now = now;
  }

  /** Puts a step up for choice, after a short while or at a given instant. */
  add(life: Life, name: string, run: () => void, readyAt?: number): void {
    const isSlow = readyAt === undefined && this.#fails("slow", this.rates.slow);
    const at = readyAt ?? this.now + this.chance.below(isSlow ? SLOW_MS_MAX : STEP_MS_MAX);
    this.#steps.push({ name, life, readyAt: at, run });
  }

  /**
   * A call to another part of the system: a step for the request, one for the answer, each of which may fail. `work` is
   * done between the two, and lives on if the caller does not.
   */
  remote<T>(life: Life, name: string, work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const answer = (act: () => void) => this.add(life, `${name} answers`, act);
      this.add(life, name, () => {
        if (this.#isDown(name)) {
          answer(() => reject(this.#fault()));
          return;
        }
        if (this.#fails(`${name}: request lost`, this.rates.requestLost)) {
          answer(() => reject(this.#fault()));
          return;
        }
        Promise.resolve()
          .then(work)
          .then(
            (value) =>
              answer(() => {
                if (this.#fails(`${name}: answer lost`, this.rates.answerLost)) reject(this.#fault());
                else resolve(value);
              }),
            (error) => answer(() => reject(error)),
          );
      });
    });
  }

  note(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  /** The steps that may happen now. */
  ready(): Step[] {
    this.#steps = this.#steps.filter(({ life }) => life.isAlive);
    return this.#steps.filter(({ readyAt }) => readyAt <= this.now);
  }

  /** Whether a step of the system is on its way; those of `aside` do not count. */
  isBusy(aside?: Life): boolean {
    return this.#steps.some(({ life }) => life.isAlive && life !== aside);
  }

  /** When the next step may happen, ms; Infinity = there is none. */
  nextAt(): number {
    return this.#steps.reduce(
      (next, { life, readyAt }) => (life.isAlive ? Math.min(next, readyAt) : next),
      Infinity,
    );
  }

  take(step: Step): void {
    this.#steps.splice(this.#steps.indexOf(step), 1);
    step.run();
  }

  /** Lets all run that waits for nothing but its turn. */
  settled(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #isDown(name: string): boolean {
    const isDown = this.outage !== null && this.now < this.outage.until && name.startsWith(this.outage.calls);
    if (isDown) this.note("database down");
    return isDown;
  }

  #fails(fault: string, rate: number): boolean {
    if (rate === 0 || !this.chance.happens(rate)) return false;
    this.note(fault);
    return true;
  }

  /** What the platform says when a call fails: mostly that it may be repeated, at times nothing known. */
  #fault(): Error {
    const message = this.chance.pick(["Network connection lost.", "internal error", "something unheard of"]);
    return Object.assign(new Error(message), message.startsWith("Network") ? { retryable: true } : {});
  }
}
