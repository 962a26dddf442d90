import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedEnv } from "../db/limits/limited-env.ts";
import { MINUTE_MS } from "../domain/base/time.ts";
import { failureMessage } from "../domain/delivery/failure.ts";
import { doJob } from "./cron-table.ts";

/** A pass that has not ended by then has been given up by the platform: an invocation of cron ends after that time. */
const PASS_MS_MAX = 15 * MINUTE_MS;

/** What became of a pass; `failure`: why it failed. */
interface JobOutcome {
  ran: boolean;
  failure?: string;
}

/**
 * One job of cron: each has an object of its own name. So each pass has the limits of an invocation for itself, its end in
 * whatever way is no other job's, and it never runs twice at once: an object is in one place only. It keeps nothing.
 */
export class CronJob extends DurableObject<Env> {
  /** of the pass under way, ms; null = none is */
  #startedAt: number | null = null;

  /** Runs the job unless its last pass still runs. */
  async run(cron: string, name: string, now: number): Promise<JobOutcome> {
    const startedAt = Date.now();
    if (this.#startedAt !== null && startedAt - this.#startedAt < PASS_MS_MAX) return { ran: false };
    this.#startedAt = startedAt;
    try {
      await doJob(limitedEnv(this.env), cron, name, now);
      return { ran: true };
    } catch (error) {
      console.error({ event: "cron.failed", cron, job: name, error: failureMessage(error) });
      return { ran: true, failure: failureMessage(error) };
    } finally {
      if (this.#startedAt === startedAt) this.#startedAt = null;
    }
  }
}
