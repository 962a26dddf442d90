import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/base/time.ts";
import {
  auditOf,
  expectSoundChains,
  importProducts,
  ledgerOf,
  type ProposalBody,
  productRow,
  servedPrice,
  tick,
} from "./back-support.ts";
import { addProposals, type Problem } from "./proposals-support.ts";
import { call } from "./support.ts";

const START = Date.now() + 10 * MINUTE_MS;
const END = Date.now() + 20 * MINUTE_MS;
const iso = (ms: number) => new Date(ms).toISOString();

/** A product at 20.00 whose campaign price of 18.00 is approved. */
async function campaign(sku: string, body: object = { until: iso(END) }) {
  await importProducts([productRow(sku)]);
  await addProposals([{ id: `prp_${sku}`, sku, to: 1_800, expiresAt: END + MINUTE_MS }]);
  return call<ProposalBody & Problem & { until?: string }>("POST", `/api/proposals/prp_${sku}/approve`, body);
}

describe("a campaign's price", () => {
  it("is in force from its beginning to its end, and then the price before it", async () => {
    const { status, body } = await campaign("WINDOW", { effectiveAt: iso(START), until: iso(END) });
    expect([status, body.status, body.until]).toEqual([200, "approved", iso(END)]);
    expect(await servedPrice("WINDOW")).toBe("20.00");
    await tick(START);
    expect(await servedPrice("WINDOW")).toBe("18.00");
    await tick(END - 1);
    expect(await servedPrice("WINDOW")).toBe("18.00");
    await tick(END);
    await tick(END + MINUTE_MS);
    expect(await servedPrice("WINDOW")).toBe("20.00");
    expect(await ledgerOf("WINDOW")).toMatchObject([
      { from: "18.00", to: "20.00", source: "base", cause: { kind: "campaign", id: "prp_WINDOW" } },
      { from: "20.00", to: "18.00", source: "applied" },
      { to: "20.00" },
    ]);
    await expectSoundChains();
  });

  it("that somebody has changed meanwhile stays changed", async () => {
    expect((await campaign("CHANGED")).status).toBe(200);
    await call("PUT", "/api/products/CHANGED/price", { price: "19.00", reason: "by hand" });
    await tick(END);
    expect(await servedPrice("CHANGED")).toBe("19.00");
    expect((await auditOf("prp_CHANGED"))[0]).toMatchObject({ action: "campaign.stays" });
  });

  it("stays where the limits of today forbid the price before it", async () => {
    await campaign("LIMITED");
    await env.DB.prepare("UPDATE products SET max_price = 1900 WHERE sku = 'LIMITED'").run();
    await tick(END);
    expect(await servedPrice("LIMITED")).toBe("18.00");
    expect((await auditOf("prp_LIMITED"))[0]).toMatchObject({ action: "campaign.stays" });
  });

  it("that is frozen at its end goes back once the freeze has ended", async () => {
    await campaign("FROZEN");
    const frozen = { scope: "sku", key: "FROZEN", kind: "PRICE_FREEZE", reason: "test" };
    const { body } = await call<{ id: string }>("POST", "/api/overrides", frozen);
    await tick(END);
    expect(await servedPrice("FROZEN")).toBe("18.00");
    await call("DELETE", `/api/overrides/${body.id}`);
    await tick(END + MINUTE_MS);
    expect(await servedPrice("FROZEN")).toBe("20.00");
    await expectSoundChains();
  });

  it.each([
    ["in the past", { until: iso(1) }],
    ["before its beginning", { effectiveAt: iso(END), until: iso(START) }],
  ])("cannot end %s", async (name, body) => {
    const answer = await campaign(`NOT-${name.length}`, body);
    expect([answer.status, answer.body.code]).toEqual([422, "invalid"]);
    expect(answer.body.errors).toMatchObject([{ path: "until", code: "past_time" }]);
  });
});

describe("a proposal that a run found safe", () => {
  it("is applied without a person only where the settings allow it, and never at a higher risk", async () => {
    const rows = ["SAFE", "RISKY", "UNSAFE"];
    await importProducts(rows.map((sku) => productRow(sku)));
    await addProposals([
      { id: "prp_SAFE", sku: "SAFE", autoApprovable: true },
      { id: "prp_RISKY", sku: "RISKY", autoApprovable: true, risk: "MEDIUM" },
      { id: "prp_UNSAFE", sku: "UNSAFE" },
    ]);
    await tick();
    expect(await Promise.all(rows.map(servedPrice))).toEqual(["20.00", "20.00", "20.00"]);
    expect((await call("PUT", "/api/settings", { autoApply: true })).status).toBe(200);
    await tick();
    expect(await Promise.all(rows.map(servedPrice))).toEqual(["21.00", "20.00", "20.00"]);
    expect((await ledgerOf("SAFE"))[0]).toMatchObject({ actor: "system:auto" });
    await expectSoundChains();
  });
});
