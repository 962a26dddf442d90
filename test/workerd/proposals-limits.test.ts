import { beforeAll, describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { expectSoundChains, importProducts, productRow, propose, servedPrice, tick } from "./back-support.ts";
import { approve, idOf, proposedPrice, proposeFor, stored } from "./proposals-support.ts";
import { call } from "./support.ts";

const NAMES = ["CAPPED", "COST", "RETIRED", "SCHEDULED", "BULK", "OTHER-PRICE"];
const NOTE = "The price was looked at by hand and found to be right for this week.";

beforeAll(() => proposeFor(NAMES), 60_000);

/** Changes a product, its price and cost left as they are unless named. */
async function change(sku: string, changes: Record<string, unknown>): Promise<void> {
  const { status } = await importProducts([productRow(sku, { unitCost: "10.00", ...changes })]);
  expect(status).toBe(200);
}

/** Asks to approve a proposal that today's limits forbid. */
async function expectForbidden(sku: string, limit: string): Promise<void> {
  const { status, body } = await approve(sku, { note: NOTE });
  expect([status, body.code, body.errors?.[0]?.code]).toEqual([409, "limits_changed", limit]);
  expect(await servedPrice(sku)).toBe("20.00");
  expect((await stored(sku)).status).toBe("superseded");
  await expectSoundChains();
}

describe("a limit that was set after the proposal", () => {
  it("forbids its price: a greatest price below it", async () => {
    await change("CAPPED", { maxPrice: "20.50" });
    await expectForbidden("CAPPED", "max_price");
  });

  it("forbids its price: a least price that it comes nearer to and does not reach", async () => {
    await change("COST", { minPrice: "24.00" });
    await expectForbidden("COST", "min_price");
  });

  it("does not stop a step that was proposed towards it", async () => {
    const step = (await propose(["COST"])).get("COST")!;
    expect(Number(step.to)).toBeGreaterThan(20);
    expect(Number(step.to)).toBeLessThan(24);
    expect((await call("POST", `/api/proposals/${step.id}/approve`, { note: NOTE })).status).toBe(200);
    expect(await servedPrice("COST")).toBe(step.to);
  });

  it("forbids any price of a product that is no longer sold", async () => {
    await change("RETIRED", { status: "inactive" });
    const { status, body } = await approve("RETIRED", { note: NOTE });
    expect([status, body.code, body.errors?.[0]?.code]).toEqual([409, "limits_changed", "status"]);
  });

  it("stops a scheduled price when its time comes", async () => {
    const at = Date.now() + 10 * MINUTE_MS;
    const { body } = await approve("SCHEDULED", { effectiveAt: new Date(at).toISOString(), note: NOTE });
    expect(body.status).toBe("approved");
    await change("SCHEDULED", { maxPrice: "20.50" });
    await tick(at);
    expect((await stored("SCHEDULED")).status).toBe("superseded");
    expect(await servedPrice("SCHEDULED")).toBe("20.00");
  });

  it("is named among the failures of a bulk approval", async () => {
    await change("BULK", { maxPrice: "20.50" });
    const { body } = await call<{ failed: { id: string; code: string }[] }>("POST", "/api/proposals/bulk", {
      action: "approve",
      ids: [idOf("BULK")],
      note: NOTE,
    });
    expect(body.failed).toMatchObject([{ id: idOf("BULK"), code: "limits_changed" }]);
  });
});

describe("an applied proposal", () => {
  it("answers the same approval again, and refuses one that asks for another price", async () => {
    const to = proposedPrice("OTHER-PRICE");
    expect((await approve("OTHER-PRICE", { note: NOTE })).status).toBe(200);
    expect((await approve("OTHER-PRICE", { note: NOTE, price: to })).status).toBe(200);
    const { status, body } = await approve("OTHER-PRICE", { note: NOTE, price: "20.10" });
    expect([status, body.code]).toEqual([409, "illegal_transition"]);
    expect(await servedPrice("OTHER-PRICE")).toBe(to);
  });
});
