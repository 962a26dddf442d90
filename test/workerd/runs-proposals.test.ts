import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { key } from "../../domain/base/keyed-random.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import type { PricedProduct } from "../../domain/runs/priced-product.ts";
import { daysAgo, proposalsOf, propose, runToEnd, seedShop } from "./back-support.ts";
import { endOf, SKUS, seedRuns, snapshotOf } from "./runs-support.ts";
import { call, observation, postObservations } from "./support.ts";

beforeAll(seedRuns, 60_000);

describe("a proposals run", () => {
  it("proposes changes only, and counts what became of every SKU", async () => {
    const run = await runToEnd({ kind: "proposals", scope: { skus: SKUS } });
    const { decided, proposed, held, blocked } = run.counts as Record<string, number>;
    expect(decided).toBe(12);
    expect(proposed! + held! + blocked!).toBe(12);
    const proposals = await proposalsOf(`runId=${run.id}`);
    expect(proposals).toHaveLength(proposed!);
    for (const { from, to } of proposals) expect(to).not.toBe(from);
    expect(run.decisionHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("emits nothing where the price is already best", async () => {
    // cost 10.00 and elasticity -1.5: nothing above 20.00 is allowed, nothing below earns more
    await seedShop(["BEST-1"], { maxPrice: "20.00", category: "best" });
    const run = await runToEnd({ kind: "proposals", scope: { skus: ["BEST-1"] } });
    expect(run).toMatchObject({ status: "done", counts: { decided: 1, proposed: 0 } });
    expect(await proposalsOf("sku=BEST-1")).toEqual([]);
  });

  it("supersedes the pending proposal of the same SKU, and no other", async () => {
    const before = await propose(["RUN-01", "RUN-02"]);
    const after = await propose(["RUN-01"]);
    const status = async (id: string) => (await call("GET", `/api/proposals/${id}`)).body.status;
    expect(await status(before.get("RUN-01")!.id)).toBe("superseded");
    expect(await status(before.get("RUN-02")!.id)).toBe("pending");
    expect(await status(after.get("RUN-01")!.id)).toBe("pending");
    expect(await proposalsOf("sku=RUN-01&status=pending")).toHaveLength(1);
  });

  it("leaves an equal pending proposal where it is when it was scheduled", async () => {
    const before = await propose(["RUN-03", "RUN-04"]);
    await env.DB.prepare("UPDATE proposals SET to_price = to_price + 1 WHERE id = ?1")
      .bind(before.get("RUN-04")!.id)
      .run();
    await endOf({ kind: "proposals", skus: ["RUN-03", "RUN-04"] }); // as system:test
    const status = async (id: string) => (await call("GET", `/api/proposals/${id}`)).body.status;
    expect(await status(before.get("RUN-03")!.id)).toBe("pending");
    expect(await proposalsOf("sku=RUN-03&status=pending")).toHaveLength(1);
    expect(await status(before.get("RUN-04")!.id)).toBe("superseded");
    expect(await proposalsOf("sku=RUN-04&status=pending")).toHaveLength(1);
  });

  it("on a dry run writes no proposal and supersedes none", async () => {
    const pending = (await proposalsOf("status=pending")).map(({ id }) => id);
    const run = await runToEnd({ kind: "proposals", scope: { skus: SKUS }, dryRun: true });
    expect(Number(run.counts.proposed)).toBeGreaterThan(0);
    expect(await proposalsOf(`runId=${run.id}`)).toEqual([]);
    expect((await proposalsOf("status=pending")).map(({ id }) => id)).toEqual(pending);
  });

  it("has one decision hash, whatever its shards and the order of its SKUs", async () => {
    const shuffled = (seed: number) => (sku: string) => key(seed, Number(sku.slice(4)));
    const start = { kind: "proposals", dryRun: true, asOf: Date.now() } as const;
    const hashes = new Set<unknown>();
    for (const [size, objectOf] of [
      [1, () => 0],
      [7, shuffled(1)],
      [64, shuffled(2)],
      [7, shuffled(3)],
    ] as const)
      hashes.add((await endOf({ ...start, size, objectOf })).decisionHash);
    expect(hashes.size).toBe(1);
    await env.DB.prepare("UPDATE products SET unit_cost = 100 WHERE sku = 'RUN-05'").run();
    hashes.add((await endOf(start)).decisionHash);
    await env.DB.prepare("UPDATE products SET stock = NULL WHERE sku = 'RUN-05'").run();
    expect(hashes.size).toBe(2); // and it is another one for another decision
  });

  it("without an elasticity is blocked, and says why", async () => {
    await call("POST", "/api/products", {
      sku: "NO-DEMAND",
      title: "New",
      category: "things",
      price: "20.00",
      unitCost: "10.00",
    });
    const run = await runToEnd({ kind: "proposals", scope: { skus: ["NO-DEMAND"] } });
    expect(run.counts).toMatchObject({ decided: 1, blocked: 1, reasons: { missing_demand: 1 } });
  });
});

describe("asOf", () => {
  it("lets a run see only what was observed until then", async () => {
    const early = new Date(Date.now() - 120 * MINUTE_MS).toISOString();
    const late = new Date(Date.now() - 30 * MINUTE_MS).toISOString();
    await postObservations("runs", "as-of", [
      observation("RUN-11", 15, { competitor: "slow", observedAt: early }),
      observation("RUN-11", 18, { competitor: "slow", observedAt: late }),
      observation("RUN-11", 30, { competitor: "new", observedAt: late }),
    ]);
    const offersAt = async (at: number) => {
      const run = await endOf({ kind: "proposals", skus: ["RUN-11"], dryRun: true, asOf: at });
      const [snapshot] = await snapshotOf(run.id);
      return snapshot!.features.offers.map(({ competitor, landedPrice }) => `${competitor} ${landedPrice}`);
    };
    expect(await offersAt(Date.now() - 60 * MINUTE_MS)).toEqual(["slow 1500"]);
    expect((await offersAt(Date.now())).toSorted()).toEqual(["new 3000", "slow 1800"]);
    expect(await offersAt(Date.now() - 180 * MINUTE_MS)).toEqual([]);
    await env.DB.prepare("UPDATE competitors SET include = 0 WHERE id = 'new'").run();
    expect(await offersAt(Date.now())).toEqual(["slow 1800"]); // people left the other out
  });

  it("knows no elasticity and no demand that was learned later", async () => {
    await endOf({ kind: "elasticity", asOf: Date.now() });
    const learnedAt = async (at: number) => {
      const run = await endOf({ kind: "proposals", skus: ["RUN-11", "RUN-10"], dryRun: true, asOf: at });
      expect((await call("POST", `/api/runs/${run.id}/replay`)).body).toMatchObject({ identical: true });
      const snapshots = (await snapshotOf(run.id)) as unknown as { own: PricedProduct }[];
      return snapshots.map(({ own }) => [
        Date.parse(own.elasticity!.asOf),
        own.elasticity!.rows,
        own.forecast!.asOf,
      ]);
    };
    const at = Date.parse(`${daysAgo(10)}T12:00:00Z`);
    expect(await learnedAt(at)).toEqual([
      [at, 110, at],
      [at, 110, at],
    ]);
    const [present] = await learnedAt(Date.now());
    expect(present![1]).toBe(120);
  });

  it.each([
    ["at noon", "12:00:00", 11],
    ["at the end of a day", "23:59:59", 10],
  ])("%s leaves out the days of demand that were not over", async (_, time, last) => {
    const at = Date.parse(`${daysAgo(10)}T${time}Z`);
    const run = await endOf({ kind: "features", skus: ["RUN-11"], asOf: at });
    const [snapshot] = await snapshotOf(run.id);
    const { days } = snapshot!.features;
    expect([days[0]!.day, days.at(-1)!.day]).toEqual([daysAgo(120), daysAgo(last)]);
  });
});
