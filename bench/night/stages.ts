import { appendFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Runtime } from "../ingest/runtime.ts";
import type { Counters } from "../ingest/worker/counters.ts";
import type { Shop } from "./install.ts";

/** What a stage took and did. */
export interface StageFigures {
  stage: string;
  seconds: number;
  /** of the runtime's process; null where the kernel does not say */
  cpuSeconds: number | null;
  /** largest resident size of the runtime's process during the stage, MB */
  peakMegabytes: number | null;
  d1Queries: number;
  d1RowsRead: number;
  d1RowsWritten: number;
  bucketReads: number;
  bucketWrites: number;
  bucketMegabytes: number;
  /** load of the machine at the end */
  load: number;
}

/** Seconds with one decimal. */
export function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

export function machineLoad(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

/** Measures one stage after another, and tells of each as it ends: what was measured outlives an interruption. */
export class Stages {
  readonly #runtime: Runtime;
  readonly #shop: Shop;
  readonly #file: string | null;

  constructor(runtime: Runtime, shop: Shop, file: string | null) {
    this.#runtime = runtime;
    this.#shop = shop;
    this.#file = file;
  }

  async measure<T extends object>(stage: string, work: () => Promise<T>): Promise<StageFigures & T> {
    const { process } = this.#runtime;
    process.forgetPeak();
    const [before, cpuBefore, startAt] = [await this.#counters(), process.cpuSeconds(), performance.now()];
    const result = await work();
    const [took, cpuAfter] = [seconds(performance.now() - startAt), process.cpuSeconds()];
    const after = await this.#counters();
    const spent = (name: keyof Omit<Counters, "rowsWrittenBy">) => after[name] - before[name];
    const figures = {
      ...{ stage, seconds: took },
      cpuSeconds: cpuBefore === null || cpuAfter === null ? null : seconds((cpuAfter - cpuBefore) * 1_000),
      peakMegabytes: process.peakMegabytes(),
      ...{ d1Queries: spent("d1Queries"), d1RowsRead: spent("d1RowsRead") },
      d1RowsWritten: spent("d1RowsWritten"),
      ...{ bucketReads: spent("bucketReads"), bucketWrites: spent("bucketWrites") },
      bucketMegabytes: Math.round(spent("bucketBytes") / 2 ** 20),
      load: machineLoad(),
      ...result,
    };
    console.log(`stage ${JSON.stringify(figures)}`);
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(figures)}\n`);
    return figures;
  }

  async #counters(): Promise<Counters> {
    return (await this.#shop.call<{ counters: Counters }>("GET", "/bench/state?since=999999999")).counters;
  }
}
