import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { auditOf, expectSoundChains, ledgerOf, person, servedPrice, tick } from "./back-support.ts";
import { approve, idOf, proposedPrice, proposeFor, stored } from "./proposals-support.ts";
import { call } from "./support.ts";

const NAMES = ["EXPIRE", "LATE-STALE", "LATER", "LATER-REJECT", "SCHEDULE-TWICE"];

beforeAll(() => proposeFor(NAMES), 60_000);

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

describe("time", () => {
  it("expires what nobody decided, once, with one audit entry", async () => {
    await env.DB.prepare("UPDATE proposals SET expires_at = ?1 WHERE id = ?2")
      .bind(Date.now() + MINUTE_MS, idOf("EXPIRE"))
      .run();
    await tick(Date.now());
    expect(await stored("EXPIRE")).toMatchObject({ status: "pending" });
    await tick(Date.now() + MINUTE_MS);
    expect(await stored("EXPIRE")).toMatchObject({ status: "expired", decidedBy: "system:expire" });
    const answer = await approve("EXPIRE");
    expect([answer.status, answer.body.code]).toEqual([409, "illegal_transition"]);
    const entries = await env.DB.prepare("SELECT count(*) AS n FROM audit WHERE action = 'proposal.expired'");
    expect(await entries.first("n")).toBe(1);
  });
});
