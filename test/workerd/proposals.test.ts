import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  auditOf,
  expectSoundChains,
  importProducts,
  ledgerOf,
  type ProposalBody,
  person,
  productRow,
  servedPrice,
} from "./back-support.ts";
import { approve, idOf, proposedPrice, proposeFor, setRisk, stored } from "./proposals-support.ts";
import { call, observation, offersOf, postObservations } from "./support.ts";

const NAMES = [
  "APPLY",
  "EDIT",
  "FLOOR",
  "HIGH-KEY",
  "HIGH-NOTE",
  "HIGH-TWO",
  "HIGH-EDIT",
  "MIXED",
  "OUTBOX",
  "REJECT",
  "REPEAT",
  "STALE",
  "STOCK",
];

beforeAll(() => proposeFor(NAMES), 60_000);

describe("a proposal of a run", () => {
  it("is pending, changes the price, and comes with its reasons", async () => {
    const proposal = await stored("APPLY");
    expect(proposal).toMatchObject({ status: "pending", from: "20.00", approvals: [] });
    expect(Number(proposal.to)).toBeGreaterThan(20); // the best price at cost 10 and elasticity -1.25 is 50
    expect(Number(proposal.to)).toBeLessThanOrEqual(22);
    const { explanation } = proposal;
    expect(explanation.sentence).toContain("20.00");
    expect(explanation.inputs.length).toBeGreaterThan(3);
    expect(explanation.candidates.length).toBeGreaterThan(1);
    expect(explanation.guardrails.length).toBeGreaterThan(0);
  });
});

describe("approving", () => {
  it("applies: price, ledger, audit and the proposal change together", async () => {
    const ada = await person("ada@shop.test", "approver");
    const to = proposedPrice("APPLY");
    const { status, body } = await approve("APPLY", { note: "looks right" }, ada.call);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: "applied",
      to,
      note: "looks right",
      decidedBy: "user:ada@shop.test",
    });
    expect(await servedPrice("APPLY")).toBe(to);
    expect((await call("GET", "/api/price/APPLY")).body).toMatchObject({
      source: "applied",
      currency: "EUR",
    });
    const [entry] = await ledgerOf("APPLY");
    expect(entry).toMatchObject({
      from: "20.00",
      to,
      source: "applied",
      cause: { kind: "proposal", id: idOf("APPLY") },
      actor: "user:ada@shop.test",
    });
    expect(await auditOf(idOf("APPLY"))).toMatchObject([
      {
        action: "proposal.apply",
        actor: "user:ada@shop.test",
        detail: { sku: "APPLY", note: "looks right" },
      },
    ]);
    await expectSoundChains();
  });

  it("again answers the same body and changes nothing", async () => {
    const first = await approve("REPEAT");
    const before = await expectSoundChains();
    const again = await approve("REPEAT");
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(await expectSoundChains()).toEqual(before);
  });

  it("needs no body at all", async () => {
    const answer = await call("POST", `/api/proposals/${idOf("OUTBOX")}/approve`);
    expect(answer.status).toBe(200);
  });

  it("tells the SKU's shard its new price", async () => {
    const to = proposedPrice("MIXED");
    // 5 % below the old price is no undercut (that begins above 5 %), below the new one it is
    await postObservations("test", "mixed", [observation("MIXED", 19)]);
    expect(await offersOf("MIXED")).toHaveLength(1);
    const open = async () => {
      const { body } = await call<{ items: { type: string }[] }>("GET", "/api/signals?status=open&sku=MIXED");
      return body.items.map(({ type }) => type);
    };
    expect(await open()).toEqual([]);
    await approve("MIXED");
    expect(Number(to)).toBeGreaterThan(20);
    await vi.waitUntil(async () => (await open()).includes("UNDERCUT"), { timeout: 10_000 });
    const left = env.DB.prepare("SELECT count(*) AS n FROM outbox WHERE body LIKE '%MIXED%'");
    expect(await left.first("n")).toBe(0);
  });

  it("after the price has moved rejects the proposal and says why", async () => {
    const moved = await call("PUT", "/api/products/STALE/price", { price: "19.00", reason: "by hand" });
    expect(moved.status).toBe(200);
    const { status, body } = await approve("STALE");
    expect([status, body.code]).toEqual([409, "stale_or_mismatch"]);
    expect(body.proposal).toEqual({ id: idOf("STALE"), status: "rejected" });
    expect(await stored("STALE")).toMatchObject({ status: "rejected", note: "stale_or_mismatch" });
    expect(await servedPrice("STALE")).toBe("19.00");
    expect((await ledgerOf("STALE"))[0]).toMatchObject({ cause: { kind: "manual" } });
    expect((await auditOf(idOf("STALE")))[0]).toMatchObject({ action: "proposal.rejected" });
  });

  it("still applies when something other than the price has changed", async () => {
    await env.DB.prepare("UPDATE products SET stock = 3, version = version + 1 WHERE sku = 'STOCK'").run();
    expect((await approve("STOCK")).body).toMatchObject({ status: "applied" });
    expect(await servedPrice("STOCK")).toBe(proposedPrice("STOCK"));
  });

  it("at another price applies that one, within the hard limits", async () => {
    const proposedEffect = (await stored("EDIT")).expected.delta;
    const { status, body } = await approve("EDIT", { price: 20.5 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "applied", to: "20.50", changePct: 2.5 });
    expect(await servedPrice("EDIT")).toBe("20.50");
    // what the proposal says is now about the price that was chosen
    const { explanation } = await stored("EDIT");
    expect(explanation.sentence).toContain("20.50 EUR (+2.5 %): another price than the proposed one");
    expect(explanation.candidates).toContainEqual(
      expect.objectContaining({ price: "20.50", verdict: "chosen" }),
    );
    expect(body.expected.delta).not.toEqual(proposedEffect);
  });

  it.each([
    ["below the margin floor", "10.10", 422, "guardrail_blocked", "margin_floor"],
    ["below zero", "-1", 422, "invalid", "non_positive_price"],
    ["that is not a number", "cheap", 422, "invalid", "bad_price"],
  ])("at a price %s is refused, and leaves it pending", async (_, price, status, code, field) => {
    const answer = await approve("FLOOR", { price });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.errors).toMatchObject([{ path: "price", code: field }]);
    expect(await stored("FLOOR")).toMatchObject({ status: "pending" });
    expect(await servedPrice("FLOOR")).toBe("20.00");
  });

  it.each([
    ["more than 15 % away", "26.00"],
    // 50 % at 20.00, 44.4 % at 18.00
    ["that moves the margin by more than five points", "18.00"],
  ])("at a price %s needs what a HIGH risk needs", async (_, price) => {
    const answer = await approve("FLOOR", { price });
    expect([answer.status, answer.body.code]).toEqual([422, "reason_required"]);
    expect(await servedPrice("FLOOR")).toBe("20.00");
  });

  it.each<[string, unknown, number, string]>([
    ["an unknown field", { colour: "red" }, 422, "invalid"],
    ["a time that is not one", { effectiveAt: "tomorrow" }, 422, "invalid"],
    ["a body that is not JSON", "{no", 400, "bad_json"],
  ])("with %s is refused", async (_, body, status, code) => {
    const answer = await call("POST", `/api/proposals/${idOf("FLOOR")}/approve`, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe("rejecting", () => {
  it("ends the proposal with who and why, and changes no price", async () => {
    const bob = await person("bob@shop.test", "approver");
    const path = `/api/proposals/${idOf("REJECT")}/reject`;
    const { status, body } = await bob.call<ProposalBody>("POST", path, { note: "not now" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "rejected", note: "not now", decidedBy: "user:bob@shop.test" });
    expect(await servedPrice("REJECT")).toBe("20.00");
    expect(await ledgerOf("REJECT")).toHaveLength(1);
    for (const verb of ["approve", "reject"]) {
      const again = await call("POST", `/api/proposals/${idOf("REJECT")}/${verb}`, {});
      expect([again.status, again.body.code]).toEqual([409, "illegal_transition"]);
    }
  });

  it("an applied proposal is illegal, and an unknown one is not found", async () => {
    await approve("REPEAT");
    const applied = await call("POST", `/api/proposals/${idOf("REPEAT")}/reject`, {});
    expect([applied.status, applied.body.code]).toEqual([409, "illegal_transition"]);
    expect((await call("POST", "/api/proposals/prp_none/reject", {})).status).toBe(404);
    expect((await call("POST", "/api/proposals/prp_none/approve", {})).status).toBe(404);
    expect((await call("GET", "/api/proposals/prp_none")).status).toBe(404);
  });

  it("is not for those who may only write", async () => {
    const analyst = await person("analyst@shop.test", "analyst");
    for (const path of [`${idOf("FLOOR")}/reject`, `${idOf("FLOOR")}/approve`, "bulk"])
      expect((await analyst.call("POST", `/api/proposals/${path}`, {})).status).toBe(403);
  });
});

describe("a HIGH-risk proposal", () => {
  it("needs a note of fifty characters from one alone", async () => {
    await setRisk("HIGH-NOTE", "HIGH");
    const short = await approve("HIGH-NOTE", { note: "x".repeat(49) });
    expect([short.status, short.body.code]).toEqual([422, "reason_required"]);
    expect((await approve("HIGH-NOTE", { note: ` ${"x".repeat(49)} ` })).status).toBe(422);
    expect(await stored("HIGH-NOTE")).toMatchObject({ status: "pending", approvals: [] });
    expect((await approve("HIGH-NOTE", { note: "x".repeat(50) })).body).toMatchObject({ status: "applied" });
  });

  it("is left pending by the first of two people, not applied by the same one again, and applied by the second", async () => {
    await setRisk("HIGH-TWO", "HIGH");
    const one = await person("one@shop.test", "approver");
    const two = await person("two@shop.test", "approver");
    const first = await approve("HIGH-TWO", {}, one.call);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ status: "pending", approvals: [{ by: "user:one@shop.test" }] });
    expect(await servedPrice("HIGH-TWO")).toBe("20.00");
    expect((await approve("HIGH-TWO", {}, one.call)).body.code).toBe("reason_required");
    const second = await approve("HIGH-TWO", {}, two.call);
    expect(second.body).toMatchObject({ status: "applied", decidedBy: "user:two@shop.test" });
    expect((await auditOf(idOf("HIGH-TWO"))).map(({ action, actor }) => `${action} ${actor}`)).toEqual([
      "proposal.apply user:two@shop.test",
      "proposal.approve-first user:one@shop.test",
    ]);
  });

  it("at an edited price needs two people who agree to it", async () => {
    await setRisk("HIGH-EDIT", "HIGH");
    const one = await person("three@shop.test", "approver");
    const two = await person("four@shop.test", "approver");
    const first = await approve("HIGH-EDIT", { price: "20.50" }, one.call);
    expect(first.body).toMatchObject({
      status: "pending",
      approvals: [{ by: "user:three@shop.test", price: "20.50" }],
    });
    const other = await approve("HIGH-EDIT", { price: { minor: 2060, currency: "EUR" } }, two.call);
    expect(other.body).toMatchObject({
      status: "pending",
      approvals: [{ by: "user:four@shop.test", price: "20.60" }],
    });
    expect((await approve("HIGH-EDIT", {}, two.call)).body.code).toBe("reason_required");
    const agreed = await approve("HIGH-EDIT", {}, one.call);
    expect(agreed.body).toMatchObject({ status: "applied", to: "20.60" });
    expect(await servedPrice("HIGH-EDIT")).toBe("20.60");
  });

  it("is not approved by two machines", async () => {
    await setRisk("HIGH-KEY", "HIGH");
    expect((await approve("HIGH-KEY")).body.code).toBe("reason_required");
    expect((await approve("HIGH-KEY")).body.code).toBe("reason_required");
    expect(await stored("HIGH-KEY")).toMatchObject({ approvals: [] });
  });
});

describe("a product that is gone from the catalogue", () => {
  it("keeps its proposal pending, and approving one of an unknown product is not found", async () => {
    await importProducts([productRow("VANISH")]);
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, risk, risk_reasons, strategy,
           confidence, expected, explanation, status, approvals, created_at, expires_at)
         SELECT 'vanish', 'VANISH', category, from_price, to_price, currency, change_pct, risk, risk_reasons, strategy,
           confidence, expected, explanation, 'pending', '[]', 0, 9e15 FROM proposals LIMIT 1`,
      ),
      env.DB.prepare("DELETE FROM products WHERE sku = 'VANISH'"),
    ]);
    const answer = await call("POST", "/api/proposals/vanish/approve", {});
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
  });
});
