import { beforeAll, describe, expect, it } from "vitest";
import { holdScheduledRuns, proposalsOf, runToEnd, seedShop } from "./back-support.ts";
import { call } from "./support.ts";

const SKUS = Array.from({ length: 6 }, (_, i) => `CAP-${i}`);

beforeAll(async () => {
  await holdScheduledRuns();
  await seedShop(SKUS);
  await call("PUT", "/api/settings", { proposalCap: { count: 2, share: 0 }, exploration: NO_TRIALS });
}, 60_000);

const NO_TRIALS = { weeklyBudget: 0, step: 0.08, periodDays: 7, temperature: 0, regretBudget: 0.01 };
const runAll = () => runToEnd({ kind: "proposals", scope: { skus: SKUS } });

interface Listed {
  sku: string;
  expected: { delta: { profit: string; interval80: [string, string] } };
}

const listed = async (runId: string) => (await proposalsOf(`runId=${runId}`)) as unknown as Listed[];

describe("the cap of a run's proposals", () => {
  it("puts before a person those that are worth most, and says how many were held back", async () => {
    await call("PUT", "/api/settings", { proposalCap: null });
    const all = await listed((await runAll()).id);
    expect(all.length).toBeGreaterThan(2);
    const worth = ({ expected: { delta } }: Listed) => Number(delta.profit) + Number(delta.interval80[0]);
    const best = all.toSorted((a, b) => worth(b) - worth(a)).slice(0, 2);
    await call("PUT", "/api/settings", { proposalCap: { count: 2, share: 0 } });
    const run = await runAll();
    const capped = all.length - 2;
    expect(run.counts).toMatchObject({
      ...{ proposed: 2, held: SKUS.length - 2 },
      reasons: { proposal_cap: capped },
    });
    const shown = await listed(run.id);
    expect(shown.map(({ sku }) => sku).sort()).toEqual(best.map(({ sku }) => sku).sort());
    // of the others, what an earlier run proposed no longer waits
    expect((await proposalsOf("status=pending")).map(({ sku }) => sku).sort()).toEqual(
      shown.map(({ sku }) => sku).sort(),
    );
    expect((await call("POST", `/api/runs/${run.id}/replay`)).body).toMatchObject({ identical: true });
  });

  it("ends the pending proposal of a product for which the next run proposes nothing", async () => {
    const [waiting] = await proposalsOf("status=pending");
    await call("PUT", "/api/settings", { guardrails: { minGainMoney: 100_000_000 } });
    await runToEnd({ kind: "proposals", scope: { skus: [waiting!.sku] } });
    expect(await proposalsOf(`sku=${waiting!.sku}&status=pending`)).toEqual([]);
    expect((await call("GET", `/api/proposals/${waiting!.id}`)).body.status).toBe("superseded");
  });
});
