import { Agent, request } from "node:http";
import { MINUTE_MS } from "../../domain/base/time.ts";
import type { SignedBatch } from "./market.ts";
import { BATCH_ROWS } from "./market.ts";
import type { Counters } from "./worker/counters.ts";

const CONNECTIONS = 16;
const POLL_MS = 50;
/** A run that stands still for this long has failed. */
const STALL_MS = MINUTE_MS;

/** Rates in observations a second, times in ms. */
export interface DrainFigures {
  acceptedPerSecond: number;
  drainedPerSecond: number;
  seconds: number;
}

export interface LatencyFigures {
  p50: number;
  p99: number;
  max: number;
  offeredPerSecond: number;
}

/** Speaks to a started Worker: posts batches, and reads what it has done. */
export class Load {
  readonly #url: URL;
  readonly #path: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  /** its own connection, so that asking does not stand in the queue */
  readonly #asking = new Agent({ keepAlive: true, maxSockets: 1 });
  #seen = 0;

  constructor(url: URL, path: string) {
    this.#url = url;
    this.#path = path;
  }

  /** As fast as the connections go; ends when every batch is done. */
  async drain(batches: readonly SignedBatch[]): Promise<DrainFigures> {
    await this.#skipSeen();
    const startAt = performance.now();
    let next = 0;
    const connection = async () => {
      for (let batch = batches[next++]; batch; batch = batches[next++]) await this.#post(batch);
    };
    const waiting = this.#untilDone(batches.length);
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    const acceptedAt = performance.now();
    await waiting;
    const doneAt = performance.now();
    const observations = batches.length * BATCH_ROWS;
    return {
      acceptedPerSecond: observations / ((acceptedAt - startAt) / 1000),
      drainedPerSecond: observations / ((doneAt - startAt) / 1000),
      seconds: (doneAt - startAt) / 1000,
    };
  }

  /** At a steady rate (observations a second): the time from sending a batch to its being done. */
  async pace(batches: readonly SignedBatch[], perSecond: number): Promise<LatencyFigures> {
    await this.#skipSeen();
    const everyMs = (BATCH_ROWS / perSecond) * 1000;
    const sentAt = new Map<string, number>();
    const waiting = this.#untilDone(batches.length);
    const startAt = Date.now();
    const posts: Promise<void>[] = [];
    for (const [i, batch] of batches.entries()) {
      await sleep(startAt + i * everyMs - Date.now());
      sentAt.set(batch.id, Date.now());
      posts.push(this.#post(batch));
    }
    const sentFor = Date.now() - startAt;
    await Promise.all(posts);
    const waits = (await waiting).map(([id, at]) => at - sentAt.get(id)!).sort((a, b) => a - b);
    const quantile = (q: number) => waits[Math.min(waits.length - 1, Math.floor(q * waits.length))]!;
    const offeredPerSecond = ((batches.length - 1) * BATCH_ROWS * 1000) / sentFor;
    return { p50: quantile(0.5), p99: quantile(0.99), max: waits.at(-1)!, offeredPerSecond };
  }

  async counters(): Promise<Counters> {
    return (await this.#state(this.#seen)).counters;
  }

  /** Whether what is billed is counted from now on. */
  async count(isOn: boolean): Promise<void> {
    await this.#call(
      "GET",
      `/bench/state?since=${this.#seen}&counting=${isOn ? "on" : "off"}`,
      this.#asking,
      {},
    );
  }

  close(): void {
    this.#agent.destroy();
    this.#asking.destroy();
  }

  async #skipSeen(): Promise<void> {
    this.#seen = (await this.#state(this.#seen)).count;
  }

  /** A chunk that is delivered twice is done once. */
  async #untilDone(count: number): Promise<[string, number][]> {
    const done = new Map<string, number>();
    let movedAt = Date.now();
    while (done.size < count) {
      await sleep(POLL_MS);
      const state = await this.#state(this.#seen);
      if (state.count > this.#seen) movedAt = Date.now();
      else if (Date.now() - movedAt > STALL_MS)
        throw new Error(`${count - done.size} of ${count} batches are not done, and nothing moves`);
      for (const [id, at] of state.done) if (!done.has(id)) done.set(id, at);
      this.#seen = state.count;
    }
    return [...done];
  }

  async #post({ body, headers }: SignedBatch): Promise<void> {
    const { status, text } = await this.#call("POST", this.#path, this.#agent, headers, body);
    if (status !== 202) throw new Error(`a batch was answered with ${status}: ${text}`);
  }

  async #state(since: number): Promise<{ counters: Counters; count: number; done: [string, number][] }> {
    return JSON.parse((await this.#call("GET", `/bench/state?since=${since}`, this.#asking, {})).text);
  }

  #call(
    method: string,
    path: string,
    agent: Agent,
    headers: Record<string, string>,
    body?: Buffer,
  ): Promise<{ status: number; text: string }> {
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const call = request({ hostname, port, path, method, agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        );
        response.on("error", reject);
      });
      call.on("error", reject);
      call.end(body);
    });
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
