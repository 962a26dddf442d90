import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { decideInBulk } from "../../services/proposals/bulk.ts";
import { applyDue } from "../../services/proposals/due.ts";
import { expectUnbrokenChains, proposalsOf } from "./back-support.ts";
import { addProposals, recordingDatabase, type TestProposal } from "./proposals-support.ts";
import { addProducts, call } from "./support.ts";

interface BulkBody {
  done: number;
  skipped: number;
  failed: { id: string; code: string; detail: string }[];
  remaining: number;
  nextCursor: string | null;
  effect: { profit: string; up: number; down: number };
}

const bulk = async (body: object) => (await call<BulkBody>("POST", "/api/proposals/bulk", body)).body;

/** Products of one category, each with a proposal of it. */
async function add(category: string, count: number, changes: Partial<TestProposal> = {}): Promise<string[]> {
  const skus = Array.from({ length: count }, (_, i) => `${category}-${i}`);
  for (let start = 0; start < count; start += 200)
    await addProducts(...skus.slice(start, start + 200).map((sku) => ({ sku, price: 2_000 })));
  await addProposals(skus.map((sku) => ({ id: `prp_${sku}`, sku, category, ...changes })));
  return skus;
}

/** A context that notes its round trips to D1. */
function counted() {
  const { d1, roundTrips } = recordingDatabase(env.DB);
  return { ctx: { ...serviceContext(env, systemActor("test")), d1, db: database(d1) }, roundTrips };
}

async function freeze(sku: string): Promise<void> {
  const override = { scope: "sku", key: sku, kind: "PRICE_FREEZE", reason: "test" };
  expect((await call("POST", "/api/overrides", override)).status).toBe(201);
}

describe("a bulk decision by the list's query", () => {
  it("previews what it would do, does that, and counts what was so already", async () => {
    await add("mixed", 4);
    await add("lower", 1, { to: 1_900 });
    await freeze("mixed-1");
    const filter = { category: "mixed" };
    const preview = await bulk({ action: "approve", filter, preview: true });
    const expected = {
      ...{ done: 3, skipped: 0, remaining: 0, nextCursor: null },
      effect: { profit: "3.00", up: 3, down: 0, currency: "EUR" },
      failed: [{ id: "prp_mixed-1", code: "price_held", detail: expect.stringContaining("frozen") }],
    };
    expect(preview).toEqual(expected);
    expect(await proposalsOf("category=mixed&status=pending")).toHaveLength(4);
    const summary = async () => (await call("GET", "/api/proposals/summary?category=mixed")).body;
    const waiting = { currency: "EUR", proposals: 4, up: 4, down: 0, highRisk: 0, byForecast: 0 };
    expect(await summary()).toEqual({
      pending: [{ ...waiting, profit: "4.00", meanProfit: "1.00", unitsPct: null }],
      ...{ scheduled: 0, lastDay: { applied: 0, rejected: 0 }, lastRun: null },
    });
    expect(await bulk({ action: "approve", filter })).toEqual(expected);
    const applied = { proposals: 1, profit: "1.00" };
    expect(await summary()).toMatchObject({ pending: [applied], lastDay: { applied: 3, rejected: 0 } });
    const ids = ["prp_mixed-0", "prp_lower-0"];
    expect(await bulk({ action: "approve", ids })).toMatchObject({
      ...{ done: 1, skipped: 1, failed: [], effect: { up: 0, down: 1 } },
    });
    await expectUnbrokenChains();
  });

  it("goes on by its cursor, in the order that was asked for only", async () => {
    await add("paged", 502);
    const asked = { action: "reject", filter: { category: "paged", sort: "sku" } };
    const preview = await bulk({ ...asked, preview: true });
    expect(preview).toMatchObject({ done: 500, remaining: 2, nextCursor: expect.any(String) });
    const cursor = preview.nextCursor!;
    expect(await bulk({ ...asked, cursor, preview: true })).toMatchObject({ done: 2, nextCursor: null });
    const other = { ...asked, filter: { category: "paged" }, cursor };
    expect((await call("POST", "/api/proposals/bulk", other)).status).toBe(400);
    expect(await bulk(asked)).toMatchObject({ done: 500, remaining: 2, nextCursor: cursor });
    expect(await bulk({ ...asked, cursor })).toMatchObject({ done: 2, remaining: 0 });
  });

  it("touches what is pending only, and rejects what was rejected no second time", async () => {
    await add("decided", 2, { status: "approved", effectiveAt: 8e15 });
    const filter = { category: "decided" };
    expect(await bulk({ action: "reject", filter })).toMatchObject({ done: 0, skipped: 0, remaining: 0 });
    const ids = ["prp_decided-0"];
    expect(await bulk({ action: "reject", ids })).toMatchObject({ done: 1, skipped: 0 });
    expect(await bulk({ action: "reject", ids })).toMatchObject({ done: 0, skipped: 1 });
  });

  it("commits five hundred in few round trips, past those that are held, and says how many remain", async () => {
    // the list is newest first: all that are held stand before all that can be decided
    await add("many", 510, { createdAt: 1 });
    await add("held", 450, { category: "many", createdAt: 2 });
    const override = { scope: "category", key: "held", kind: "PRICE_FREEZE", reason: "test" };
    await env.DB.prepare("UPDATE products SET category = 'held' WHERE sku LIKE 'held-%'").run();
    expect((await call("POST", "/api/overrides", override)).status).toBe(201);
    const { ctx, roundTrips } = counted();
    const filter = { category: "many" };
    const first = await decideInBulk(ctx, { action: "approve", filter });
    expect(first).toMatchObject({ done: 500, skipped: 0 });
    expect(first.failed).toHaveLength(450);
    expect(first.remaining).toBe(10);
    expect(roundTrips.length).toBeLessThanOrEqual(15);
    const preview = await bulk({ action: "approve", filter, preview: true });
    expect(preview).toMatchObject({ done: 10, remaining: 0, nextCursor: null });
    expect(preview.failed).toHaveLength(450);
    // goes on behind what it looked at before: what is held is not looked at again
    const rest = { ...filter, after: first.next! };
    expect(await decideInBulk(ctx, { action: "approve", filter: rest })).toMatchObject({
      ...{ done: 10, failed: [], remaining: 0, next: null },
    });
    await expectUnbrokenChains();
  });
});

describe("the minute tick", () => {
  it("applies all that is due in few round trips, past those that are held", async () => {
    await add("due", 300, { status: "approved", effectiveAt: 1, decidedAt: 2 });
    await add("waits", 210, { status: "approved", effectiveAt: 1, decidedAt: 1 });
    await env.DB.prepare("UPDATE products SET category = 'waits' WHERE sku LIKE 'waits-%'").run();
    const override = { scope: "category", key: "waits", kind: "PRICE_FREEZE", reason: "test" };
    expect((await call("POST", "/api/overrides", override)).status).toBe(201);
    const { ctx, roundTrips } = counted();
    expect(await applyDue(ctx)).toEqual({ applied: 300, failed: 210 });
    expect(roundTrips.length).toBeLessThanOrEqual(8);
    expect(await applyDue(ctx)).toEqual({ applied: 0, failed: 210 });
    await expectUnbrokenChains();
  });
});
