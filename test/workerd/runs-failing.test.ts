import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { RESEND_AFTER_MS, RUN_SHARD_TRIES } from "../../domain/runs/phases.ts";
import { resendStuckRuns } from "../../services/runs/advance-run.ts";
import { runEnd, runToEnd, tick } from "./back-support.ts";
import { context, deliver, elasticities, SKUS, seedRuns, shardsOf, startInShards } from "./runs-support.ts";

beforeAll(seedRuns, 60_000);

/** A bucket that refuses to keep what these shards of a phase computed. */
function refusing(phase: string, ...shards: number[]): Partial<Env> {
  const keys = shards.map((shard) => `/${phase}/${String(shard).padStart(5, "0")}.json`);
  const LAKE = new Proxy(env.LAKE, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name !== "put") return value.bind(target);
      return async (objectKey: string, body: string) => {
        if (keys.some((end) => objectKey.endsWith(end))) throw new Error(`no room for ${phase}`);
        return target.put(objectKey, body);
      };
    },
  });
  return { LAKE };
}

/** Delivers shards until they are out of tries, as the tick would send them again. */
async function exhaust(wake: RunShardMessage[], broken: Partial<Env>): Promise<void> {
  let now = Date.now();
  for (let attempt = 1; ; attempt++) {
    const { explicitAcks, retryMessages } = await deliver(wake, broken);
    expect([explicitAcks.length, retryMessages.length]).toEqual([wake.length, 0]);
    if (attempt === RUN_SHARD_TRIES) return;
    now += RESEND_AFTER_MS * 2 ** (attempt - 1);
    const again = await resendStuckRuns(context(now));
    expect(again.filter(({ runId }) => runId === wake[0]!.runId)).toEqual(wake);
  }
}

describe("a shard that fails", () => {
  it("leaves the run partial, with the failure named, and the others done", async () => {
    await env.DB.prepare("DELETE FROM elasticities").run();
    const { runId, wake } = await startInShards({ kind: "elasticity" });
    await deliver([wake[0]!]);
    await exhaust([wake[1]!], refusing("filter", 1));
    const run = await runEnd(runId);
    expect(run).toMatchObject({
      status: "partial",
      counts: { pooled: 6 },
      failures: [
        { phase: 0, shard: 1, error: "no room for filter" },
        { phase: 2, shard: 1 },
        { phase: 4, shard: 1 },
        { phase: 6, shard: 1 },
      ],
    });
    expect((await elasticities()).map(({ sku }) => sku)).toEqual(SKUS.slice(0, 6));
    await runToEnd({ kind: "elasticity", scope: { skus: SKUS } }); // for the tests that follow
  });

  it("recovers when it succeeds before it is out of tries", async () => {
    const { runId, wake } = await startInShards({ kind: "elasticity", size: 12 });
    await deliver(wake, refusing("filter", 0));
    expect(await shardsOf(runId)).toMatchObject([{ status: "waiting", error: "no room for filter" }]);
    await deliver(wake);
    expect(await runEnd(runId)).toMatchObject({ status: "done", failures: [] });
  });

  it.each(["elasticity", "proposals"] as const)("fails the %s run if none succeeds", async (kind) => {
    const { runId, wake } = await startInShards({ kind, size: 6, dryRun: true });
    const phase = kind === "elasticity" ? "filter" : "decisions";
    await exhaust(wake, refusing(phase, 0, 1));
    expect(await runEnd(runId)).toMatchObject({ status: "failed" });
  });
});

describe("a fault that passes", () => {
  it("does not count as a try of the shard, however long it lasts, and parks nothing", async () => {
    const { runId, wake } = await startInShards({ kind: "features", size: 12 });
    const down = async () => {
      throw new Error("Network connection lost.");
    };
    const LAKE = { get: down, put: down } as unknown as R2Bucket;
    for (let delivery = 0; delivery < RUN_SHARD_TRIES + 2; delivery++) {
      const { explicitAcks, retryMessages } = await deliver(wake, { LAKE });
      expect([explicitAcks.length, retryMessages.length]).toEqual([0, 1]);
    }
    expect(await shardsOf(runId)).toMatchObject([{ status: "waiting", attempts: 0 }]);
    await deliver(wake);
    expect(await runEnd(runId)).toMatchObject({ status: "done" });
  });

  it("while the run's shards are being begun, no wake-up counts as lost", async () => {
    const sentAt = Date.now() - 10 * MINUTE_MS;
    const { runId, wake } = await startInShards({ kind: "features", size: 6, now: sentAt, asOf: sentAt });
    await deliver([wake[0]!]);
    const sent = async (now: number) =>
      (await resendStuckRuns(context(now))).filter((message) => message.runId === runId);
    expect(await sent(Date.now() + RESEND_AFTER_MS / 2)).toEqual([]);
    expect(await sent(Date.now() + 2 * RESEND_AFTER_MS)).toEqual([wake[1]]);
    await deliver([wake[1]!]);
    expect(await runEnd(runId)).toMatchObject({ status: "done" });
  });
});

describe("the minute tick", () => {
  it("sends a shard again a minute after it was sent, then waits twice as long", async () => {
    const sentAt = Date.now() - 10 * MINUTE_MS;
    const { runId } = await startInShards({ kind: "features", size: 12, now: sentAt, asOf: sentAt });
    const sent = async (after: number) => {
      const again = await resendStuckRuns(context(sentAt + after));
      return again.filter((message) => message.runId === runId).length;
    };
    expect(await sent(RESEND_AFTER_MS - 1)).toBe(0);
    expect(await sent(RESEND_AFTER_MS)).toBe(1);
    expect(await sent(3 * RESEND_AFTER_MS - 1)).toBe(0);
    expect(await sent(3 * RESEND_AFTER_MS)).toBe(1);
    // waiting in a queue does not count as a try
    expect(await shardsOf(runId)).toMatchObject([{ status: "waiting", attempts: 0 }]);
  });

  it("brings a run to its end whose wake-ups were lost", async () => {
    const now = Date.now() - 2 * MINUTE_MS;
    const { runId } = await startInShards({ kind: "elasticity", size: 12, now, asOf: now });
    await tick();
    expect(await runEnd(runId)).toMatchObject({ status: "done" });
    const once = { attempts: 1, status: "done" };
    expect(await shardsOf(runId)).toMatchObject(Array(7).fill(once));
  });

  it("moves a run on that stopped between two phases", async () => {
    const { runId } = await startInShards({ kind: "features", size: 12 });
    await env.DB.prepare("UPDATE run_shards SET status = 'done' WHERE run_id = ?1").bind(runId).run();
    await tick();
    expect(await runEnd(runId)).toMatchObject({ status: "done" });
  });

  it("fails a shard that never answered", async () => {
    const { runId } = await startInShards({ kind: "features", size: 12 });
    await env.DB.prepare("UPDATE run_shards SET attempts = ?2, sent_at = 0 WHERE run_id = ?1")
      .bind(runId, RUN_SHARD_TRIES)
      .run();
    await tick();
    expect(await runEnd(runId)).toMatchObject({
      status: "failed",
      failures: [{ phase: 0, shard: 0, error: "no answer" }],
    });
  });
});
