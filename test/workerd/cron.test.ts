import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { runCron } from "../../worker/cron.ts";
import type { CronJob } from "../../worker/cron-job.ts";
import { holdScheduledRuns, importProducts, productRow, tick } from "./back-support.ts";
import { call } from "./support.ts";

beforeAll(holdScheduledRuns);

const EVERY_MINUTE = "* * * * *";
const jobOf = (name: string) => env.CRON_JOB.getByName(name) as unknown as DurableObjectStub<CronJob>;

/** Gives the object of a job other bindings. */
async function withBindings(name: string, over: Partial<Env>, act: () => Promise<void>): Promise<void> {
  const set = (to: Partial<Env>) =>
    runInDurableObject(env.CRON_JOB.getByName(name), (instance) => {
      Object.assign(instance, { env: { ...env, ...to } });
    });
  await set(over);
  await act();
  await set({});
}

/** A database that answers no query. */
const DOWN = {
  prepare: () => {
    throw new Error("Network connection lost.");
  },
} as unknown as D1Database;

describe("a job of cron", () => {
  it("that fails keeps no other from running, and is named by health", async () => {
    await importProducts([productRow("CRON-1", { unitCost: "8.00" })]);
    const from = new Date(Date.now() + 30_000).toISOString();
    const file = `sku,unitCost,from\nCRON-1,9.00,${from}`;
    await call("POST", "/api/import/costs", file, { "content-type": "text/csv" });
    await withBindings("overrides", { DB: DOWN }, async () => {
      await expect(tick(Date.now() + 60_000)).rejects.toThrow("1 jobs of");
    });
    const { body } = await call<{ unitCost: string }>("GET", "/api/products/CRON-1");
    expect(body.unitCost).toBe("9.00");
    const { results } = await env.DB.prepare("SELECT job FROM job_failures").all();
    expect(results).toEqual([{ job: "overrides" }]);
    await tick(Date.now() + 60_000);
    expect((await env.DB.prepare("SELECT job FROM job_failures").all()).results).toEqual([]);
  });

  it("has the queries of an invocation for itself", async () => {
    await withBindings("costs", { ENFORCE_LIMITS: "d1Queries=0" }, async () => {
      await expect(runCron(env as unknown as Env, EVERY_MINUTE, Date.now())).rejects.toThrow("1 jobs of");
      const [failed] = (await env.DB.prepare("SELECT job, error FROM job_failures").all()).results;
      expect(failed).toMatchObject({
        job: "costs",
        error: expect.stringContaining("d1Queries: 1, at most 0"),
      });
    });
  });

  it("does not run twice at once", async () => {
    const { promise: held, resolve: finish } = Promise.withResolvers<void>();
    const slow = { prepare: (text: string) => env.DB.prepare(text), batch: async () => held } as unknown;
    await withBindings("heads", { DB: slow as D1Database }, async () => {
      const first = jobOf("heads").run(EVERY_MINUTE, "heads", Date.now());
      expect(await jobOf("heads").run(EVERY_MINUTE, "heads", Date.now())).toEqual({ ran: false });
      finish();
      expect((await first).ran).toBe(true);
    });
    expect(await jobOf("heads").run(EVERY_MINUTE, "heads", Date.now())).toEqual({ ran: true });
  });
});
