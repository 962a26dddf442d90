import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { commitOnce, readHeads } from "../../services/chains/commit-chained.ts";
import { turnTaken } from "../../services/chains/turns.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { approveProposal } from "../../services/proposals/approve.ts";
import { app } from "../../worker/app.ts";
import {
  auditOf,
  expectSoundChains,
  ledgerOf,
  person,
  servedPrice,
  tick,
  withExecution,
} from "./back-support.ts";
import { approve, idOf, proposedPrice, proposeFor, recordingDatabase, stored } from "./proposals-support.ts";
import { adminKey, call } from "./support.ts";

const NAMES = [
  "COUNTED",
  "EXPIRE",
  "EXPIRED",
  "LAST-MOMENT",
  "LATE-STALE",
  "LATER",
  "LATER-REJECT",
  "RETRIED",
  "SCHEDULE-TWICE",
];

beforeAll(() => proposeFor(NAMES, { unitCost: "12.00" }), 60_000);

describe("approving for later", () => {
  it("waits for the minute tick after the instant", async () => {
    const at = Date.now() + 10 * MINUTE_MS;
    const ada = await person("later@shop.test", "approver");
    const scheduled = await approve("LATER", { effectiveAt: new Date(at).toISOString() }, ada.call);
    expect(scheduled.body).toMatchObject({ status: "approved", effectiveAt: new Date(at).toISOString() });
    await tick(at - 1);
    expect(await servedPrice("LATER")).toBe("20.00");
    const again = await approve("LATER");
    expect([again.status, again.body.code]).toEqual([409, "illegal_transition"]);
    await tick(at);
    expect(await stored("LATER")).toMatchObject({ status: "applied", decidedBy: "user:later@shop.test" });
    expect(await servedPrice("LATER")).toBe(proposedPrice("LATER"));
    await tick(at + MINUTE_MS);
    expect(await ledgerOf("LATER")).toHaveLength(2);
    await expectSoundChains();
  });

  it("can be taken back by rejecting it", async () => {
    const at = Date.now() + 10 * MINUTE_MS;
    await approve("LATER-REJECT", { effectiveAt: new Date(at).toISOString() });
    const rejected = await call("POST", `/api/proposals/${idOf("LATER-REJECT")}/reject`, {});
    expect(rejected.body).toMatchObject({ status: "rejected" });
    await tick(at);
    expect(await servedPrice("LATER-REJECT")).toBe("20.00");
  });

  it("ends rejected if the price moves before", async () => {
    const at = Date.now() + 10 * MINUTE_MS;
    await approve("LATE-STALE", { effectiveAt: new Date(at).toISOString() });
    await call("PUT", "/api/products/LATE-STALE/price", { price: "21.00", reason: "by hand" });
    await tick(at);
    expect(await stored("LATE-STALE")).toMatchObject({ status: "rejected", note: "stale_or_mismatch" });
    expect(await servedPrice("LATE-STALE")).toBe("21.00");
  });

  it("by two at the same instant is decided by one of them", async () => {
    const people = await Promise.all([1, 2].map((n) => person(`twice-${n}@shop.test`, "approver")));
    const at = (n: number) => new Date(Date.now() + n * DAY_MS).toISOString();
    const answers = await Promise.all(
      people.map((p, n) => approve("SCHEDULE-TWICE", { effectiveAt: at(n + 1) }, p.call)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await auditOf(idOf("SCHEDULE-TWICE"))).toHaveLength(1);
  });
});

describe("the round trips of an approval", () => {
  it("are at most five from the request to the committed batch", async () => {
    const { d1, roundTrips } = recordingDatabase(env.DB);
    const request = new Request(`https://shop.test/api/proposals/${idOf("COUNTED")}/approve`, {
      method: "POST",
      headers: { authorization: `Bearer ${await adminKey()}` },
    });
    const response = await withExecution(
      async (execution) => await app.fetch(request, { ...env, DB: d1 }, execution),
    );
    expect(await response.json()).toMatchObject({ status: "applied" });
    const committed = roundTrips.findIndex((text) => /INSERT INTO "price_ledger"/i.test(text));
    expect(committed).toBeGreaterThan(0);
    expect(committed + 1).toBeLessThanOrEqual(5);
  });

  it("are repeated as a whole, once, when another writer was first", async () => {
    const { d1, roundTrips } = recordingDatabase(env.DB);
    const ctx = { ...serviceContext(env, systemActor("test")), d1, db: database(d1) };
    const other = serviceContext(env, systemActor("test"));
    const audit = [{ action: "first", subject: "test", detail: {} }];
    const commit = d1.batch.bind(d1);
    let isFirst = true;
    ctx.d1 = new Proxy(d1, {
      get: (target, name) =>
        name !== "batch"
          ? Reflect.get(target, name)
          : async (statements: D1PreparedStatement[]) => {
              if (isFirst) await commitOnce(other, await readHeads(other), { audit, statements: () => [] });
              isFirst = false;
              return commit(statements);
            },
    });
    expect(await approveProposal(ctx, idOf("RETRIED"), {})).toMatchObject({ status: "applied" });
    expect(roundTrips).toHaveLength(5); // twice read and committed, and the answer
    await expectSoundChains();
  });
});

describe("time", () => {
  it("expires what nobody decided, once, with one audit entry", async () => {
    const end = Date.now() + MINUTE_MS;
    await env.DB.prepare("UPDATE proposals SET expires_at = ?1 WHERE id = ?2")
      .bind(end, idOf("EXPIRE"))
      .run();
    await tick(end - 1);
    expect(await stored("EXPIRE")).toMatchObject({ status: "pending" });
    await tick(end);
    expect(await stored("EXPIRE")).toMatchObject({ status: "expired", decidedBy: "system:expire" });
    const answer = await approve("EXPIRE");
    expect([answer.status, answer.body.code]).toEqual([409, "illegal_transition"]);
    const entries = await env.DB.prepare("SELECT count(*) AS n FROM audit WHERE action = 'proposal.expired'");
    expect(await entries.first("n")).toBe(1);
  });
});

describe("a proposal that no tick has expired yet", () => {
  const approveWith = async (sku: string, left: number) => {
    // the instant of the call is that of the turn
    const outside = serviceContext(env, systemActor("test"));
    const ctx = { ...outside, turns: turnTaken(outside.turns, () => undefined) };
    await env.DB.prepare("UPDATE proposals SET expires_at = ?1 WHERE id = ?2")
      .bind(ctx.now + left, idOf(sku))
      .run();
    return approveProposal(ctx, idOf(sku), {});
  };

  it("can be approved up to its last millisecond", async () => {
    expect(await approveWith("LAST-MOMENT", 1)).toMatchObject({ status: "applied" });
  });

  it("cannot be approved from the instant of its expiry on", async () => {
    await expect(approveWith("EXPIRED", 0)).rejects.toMatchObject({ code: "illegal_transition" });
    const answer = await approve("EXPIRED");
    expect([answer.status, answer.body.code]).toEqual([409, "illegal_transition"]);
    expect(await stored("EXPIRED")).toMatchObject({ status: "pending" });
    expect(await servedPrice("EXPIRED")).toBe("20.00");
  });
});
