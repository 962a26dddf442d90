import type { Life, Scheduler } from "./scheduler.ts";

export interface QueuedMessage {
  id: string;
  body: unknown;
  /** deliveries so far */
  attempts: number;
  /** not delivered before, ms */
  readyAt: number;
  /** ms */
  sentAt: number;
}

/** Retries that the queues are configured with; a message that failed once more is a dead letter. */
const RETRIES_MAX = 100;

/** The simulated queues: in memory, at least once, in any order. */
export class Queues {
  readonly messages = new Map<string, QueuedMessage[]>();
  readonly #scheduler: Scheduler;
  #sent = 0;

  constructor(scheduler: Scheduler, names: readonly string[]) {
    this.#scheduler = scheduler;
    for (const name of names) this.messages.set(name, []);
  }

  /** The producer's side, as a binding of `life`. */
  producer(name: string, life: Life): Queue<never> {
    const sendBatch = (messages: Iterable<{ body: unknown }>) => {
      const bodies = [...messages].map(({ body }) => structuredClone(body));
      return this.#scheduler.remote(life, "queue send", () => {
        for (const body of bodies) this.#put(name, body);
      });
    };
    return { sendBatch, send: (body: unknown) => sendBatch([{ body }]) } as unknown as Queue<never>;
  }

  /** Takes some of the messages that may be delivered, in any order. */
  take(name: string, most: number): QueuedMessage[] {
    const { chance, now } = this.#scheduler;
    const waiting = this.messages.get(name)!;
    const taken: QueuedMessage[] = [];
    for (let left = 1 + chance.below(most); left > 0; left--) {
      const ready = waiting.filter(({ readyAt }) => readyAt <= now);
      if (ready.length === 0) break;
      const message = chance.pick(ready);
      waiting.splice(waiting.indexOf(message), 1);
      taken.push({ ...message, attempts: message.attempts + 1 });
    }
    return taken;
  }

  /** Puts a message back that was not acknowledged; after its last retry it is a dead letter. */
  putBack(name: string, message: QueuedMessage, delaySeconds: number): void {
    if (name !== DEAD_LETTERS && message.attempts > RETRIES_MAX) {
      this.#put(DEAD_LETTERS, message.body);
      return;
    }
    this.messages.get(name)!.push({ ...message, readyAt: this.#scheduler.now + delaySeconds * 1000 });
  }

  duplicate(name: string): void {
    const waiting = this.messages.get(name)!;
    if (waiting.length === 0) return;
    waiting.push({ ...this.#scheduler.chance.pick(waiting) });
    this.#scheduler.note("message duplicated");
  }

  drop(name: string): void {
    const waiting = this.messages.get(name)!;
    if (waiting.length === 0) return;
    waiting.splice(this.#scheduler.chance.below(waiting.length), 1);
    this.#scheduler.note("message dropped");
  }

  /** All that is in the queues goes with the process. */
  clear(): void {
    for (const waiting of this.messages.values()) waiting.length = 0;
  }

  isEmpty(): boolean {
    return [...this.messages.values()].every((waiting) => waiting.length === 0);
  }

  nextAt(): number {
    return Math.min(
      ...[...this.messages.values()].flatMap((waiting) => waiting.map(({ readyAt }) => readyAt)),
    );
  }

  #put(name: string, body: unknown): void {
    const readyAt = this.#scheduler.now + this.#scheduler.chance.below(1_000);
    const message = {
      id: `m${this.#sent++}`,
      body: structuredClone(body),
      attempts: 0,
      readyAt,
      sentAt: this.#scheduler.now,
    };
    this.messages.get(name)!.push(message);
  }
}

export const DEAD_LETTERS = "pricewright-dead-letters";
