import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { heldPriceOf, releaseHeldPrice } from "../../services/catalogue/held-prices.ts";
import { importProducts as importLines } from "../../services/catalogue/import-products.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { revertRun } from "../../services/pricing/revert-run.ts";
import { setPrice } from "../../services/pricing/set-price.ts";
import {
  expectSoundChains,
  holdScheduledRuns,
  importProducts,
  ledgerOf,
  productRow,
  propose,
  seedShop,
  servedPrice,
  tick,
} from "./back-support.ts";
import { create, end, inMinutes, products } from "./override-support.ts";
import { call } from "./support.ts";

beforeAll(holdScheduledRuns);

describe("the price of a frozen product", () => {
  const price = async (sku: string) => (await call("GET", `/api/price/${sku}`)).body;

  it("says that it is frozen, since when and until when", async () => {
    await products("ICE-A");
    const { body } = await create({
      ...{ scope: "sku", key: "ICE-A", kind: "PRICE_FREEZE" },
      expiresAt: inMinutes(10),
    });
    const frozen = await price("ICE-A");
    expect(frozen).toMatchObject({ price: "20.00", source: "frozen", validUntil: body.expiresAt });
    await end(body.id);
    expect(await price("ICE-A")).toMatchObject({ price: "20.00", source: "base" });
  });

  it("is not changed by an import: the new base price waits for the end of the freeze", async () => {
    const row = (price: string) => productRow("ICE-B", { price, unitCost: "10.00", category: "ice" });
    await importProducts([row("20.00")]);
    await call("PUT", "/api/products/ICE-B/price", { price: "22.00", reason: "season" });
    const freeze = await create({
      scope: "category",
      key: "ice",
      kind: "PRICE_FREEZE",
      expiresAt: inMinutes(10),
    });
    await importProducts([row("18.00")]);
    expect(await price("ICE-B")).toMatchObject({ price: "22.00", source: "frozen" });
    const { body } = await call("GET", "/api/products/ICE-B");
    expect(body).toMatchObject({ price: "22.00", basePrice: "18.00" });
    expect((await ledgerOf("ICE-B"))[0]).toMatchObject({ to: "22.00" });
    // the same file again is no other price
    expect((await importProducts([row("18.00")])).body).toMatchObject({
      unchanged: 1,
    });
    const thaw = Date.parse(freeze.body.expiresAt);
    await tick(thaw + 30_000);
    expect(await servedPrice("ICE-B")).toBe("18.00");
    expect((await ledgerOf("ICE-B"))[0]).toMatchObject({
      ...{ from: "22.00", to: "18.00", source: "base", at: new Date(thaw).toISOString() },
      cause: { kind: "import" },
    });
    const entries = await ledgerOf("ICE-B");
    await tick(thaw + 90_000);
    expect(await ledgerOf("ICE-B")).toEqual(entries);
    await expectSoundChains();
  });

  it("changes at once when a person ends the freeze, before the minute tick", async () => {
    await products("ICE-C");
    const freeze = await create({ scope: "sku", key: "ICE-C", kind: "PRICE_FREEZE" });
    await importProducts([productRow("ICE-C", { price: "18.00" })]);
    await end(freeze.body.id);
    expect(await price("ICE-C")).toMatchObject({ price: "18.00", source: "base" });
    await tick();
    expect((await call("GET", "/api/products/ICE-C")).body).toMatchObject({ price: "18.00" });
  });
});

describe("a fixed price that the limits forbid at the moment of its force", () => {
  const cost = (sku: string, unitCost: string) => call("PATCH", `/api/products/${sku}`, { unitCost });

  it("does not follow a freeze that held it back while the cost rose, until the cost falls again", async () => {
    await importProducts([productRow("BAN-A", { unitCost: "10.00" })]);
    const freeze = await create({ scope: "sku", key: "BAN-A", kind: "PRICE_FREEZE" });
    const fixed = await create({ scope: "sku", key: "BAN-A", kind: "FIXED_PRICE", price: "19.00" });
    await cost("BAN-A", "18.50");
    await end(freeze.body.id);
    await tick();
    expect(await servedPrice("BAN-A")).toBe("20.00");
    expect(await ledgerOf("BAN-A")).toHaveLength(1);
    await cost("BAN-A", "10.00");
    expect(await servedPrice("BAN-A")).toBe("19.00");
    await tick();
    expect((await ledgerOf("BAN-A"))[0]).toMatchObject({ to: "19.00", source: "override" });
    // one that is in force stays, as any price does
    await cost("BAN-A", "18.50");
    await tick();
    expect(await servedPrice("BAN-A")).toBe("19.00");
    await end(fixed.body.id);
  });

  it("is not that of a product which comes into the category and costs more", async () => {
    const row = (sku: string, changes: object) => productRow(sku, { category: "ban", ...changes });
    await importProducts([row("BAN-B", { unitCost: "10.00" }), productRow("BAN-C", { unitCost: "18.50" })]);
    const reason = "every lamp of this family costs the same for the whole of this week";
    const fixed = await create({
      scope: "category",
      key: "ban",
      kind: "FIXED_PRICE",
      price: "19.00",
      reason,
    });
    await importProducts([row("BAN-C", { unitCost: "18.50" })]);
    await tick();
    expect(await Promise.all(["BAN-B", "BAN-C"].map(servedPrice))).toEqual(["19.00", "20.00"]);
    const { body } = await call<{ items: { sku: string; price: string }[] }>("POST", "/api/prices", {
      skus: ["BAN-B", "BAN-C"],
    });
    expect(body.items.map(({ price }) => price)).toEqual(["19.00", "20.00"]);
    await end(fixed.body.id);
    await expectSoundChains();
  });
});

describe("a fixed price of more than one product", () => {
  const row = (sku: string, changes = {}) => productRow(sku, { category: "tins", ...changes });
  const served = async (...skus: string[]) => {
    const answers = [];
    for (const sku of skus) {
      const { body } = await call<{ price: string; source: string }>("GET", `/api/price/${sku}`);
      answers.push(`${body.price} ${body.source}`);
    }
    return answers;
  };

  it("is in force in the whole scope, except where a narrower one is, and ends everywhere at once", async () => {
    await importProducts([row("WID-A"), row("WID-B"), row("WID-C", { category: "pots" })]);
    const narrow = await create({ scope: "sku", key: "WID-B", kind: "FIXED_PRICE", price: "7.00" });
    const wide = await create({ scope: "category", key: "tins", kind: "FIXED_PRICE", price: "9.00" });
    expect(wide).toMatchObject({ status: 201, body: { price: "9.00" } });
    const skus = ["WID-A", "WID-B", "WID-C"];
    expect(await served(...skus)).toEqual(["9.00 override", "7.00 override", "20.00 base"]);
    await end(narrow.body.id);
    expect(await served(...skus)).toEqual(["9.00 override", "9.00 override", "20.00 base"]);
    await end(wide.body.id);
    expect(await served(...skus)).toEqual(["20.00 base", "20.00 base", "20.00 base"]);
    await expectSoundChains();
  });

  it("takes in products that enter the scope, and releases those that leave it", async () => {
    await importProducts([row("MOV-A", { category: "jars" }), row("MOV-B", { category: "jars" })]);
    const { body } = await create({ scope: "category", key: "jars", kind: "FIXED_PRICE", price: "9.00" });
    await importProducts([row("MOV-C", { category: "jars" }), row("MOV-B", { category: "lids" })]);
    await importProducts([row("MOV-Y", { category: "jars", currency: "JPY", price: "900" })]);
    await tick();
    expect(await served("MOV-Y")).toEqual(["900 base"]);
    // no price is entered as of before the product was there
    const times = (await ledgerOf("MOV-C")).map(({ at }) => at);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(await served("MOV-A", "MOV-B", "MOV-C")).toEqual(["9.00 override", "20.00 base", "9.00 override"]);
    await end(body.id);
    expect(await served("MOV-A", "MOV-B", "MOV-C")).toEqual(["20.00 base", "20.00 base", "20.00 base"]);
    await expectSoundChains();
  });

  it("keeps the limits of each product", async () => {
    await importProducts([
      row("LIM-A", { category: "lids2" }),
      row("LIM-B", { category: "lids2", minPrice: "10" }),
    ]);
    const answer = await create({ scope: "category", key: "lids2", kind: "FIXED_PRICE", price: "9.00" });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "guardrail_blocked", errors: [{ code: "min_price" }] },
    });
    await importProducts([row("LIM-C", { category: "lids2", currency: "JPY", price: "900" })]);
    const mixed = await create({ scope: "category", key: "lids2", kind: "FIXED_PRICE", price: "12.00" });
    expect(mixed).toMatchObject({ status: 422, body: { errors: [{ code: "currency_mismatch" }] } });
  });
});

describe("what was asked for before an override, and comes to its turn after it", () => {
  /** A request that has waited for its turn. */
  const waited = () => serviceContext(env, systemActor("test"), Date.now() - 1_000);
  const written = async (sku: string) => (await ledgerOf(sku))[0]!.to;

  it("is an import that waits for the end of the fixed price", async () => {
    await products("LATE-A");
    const { body } = await create({ scope: "sku", key: "LATE-A", kind: "FIXED_PRICE", price: "17.50" });
    const value = productRow("LATE-A", { price: "18.00", unitCost: "10.00" });
    await importLines(waited(), [{ line: 1, value }], { dryRun: false });
    expect([await servedPrice("LATE-A"), await written("LATE-A")]).toEqual(["17.50", "17.50"]);
    await end(body.id);
    expect([await servedPrice("LATE-A"), await written("LATE-A")]).toEqual(["18.00", "18.00"]);
    await expectSoundChains();
  });

  it("is a held price of the feed, let through, that waits for the end of the freeze", async () => {
    await products("LATE-C");
    await importProducts([productRow("LATE-C", { price: "30.00", unitCost: "10.00" })]);
    const { body } = await create({ scope: "sku", key: "LATE-C", kind: "PRICE_FREEZE" });
    const held = await heldPriceOf(waited().db, "LATE-C");
    await releaseHeldPrice(waited(), held!.id, "a new size, agreed with the brand");
    expect([await servedPrice("LATE-C"), await written("LATE-C")]).toEqual(["20.00", "20.00"]);
    await end(body.id);
    expect([await servedPrice("LATE-C"), await written("LATE-C")]).toEqual(["30.00", "30.00"]);
  });

  it("is a run taken back whose frozen price stays", async () => {
    const skus = ["LATE-D"];
    await seedShop(skus);
    const { id, runId, to } = (await propose(skus)).get("LATE-D")!;
    expect((await call("POST", `/api/proposals/${id}/approve`, {})).status).toBe(200);
    await create({ scope: "sku", key: "LATE-D", kind: "PRICE_FREEZE" });
    expect(await revertRun(waited(), runId, null)).toMatchObject({
      ...{ reverted: 0, failed: [{ sku: "LATE-D", code: "price_held" }] },
    });
    expect(await servedPrice("LATE-D")).toBe(to);
  });

  it("is a price by hand that is held", async () => {
    await products("LATE-B");
    await create({ scope: "sku", key: "LATE-B", kind: "PRICE_FREEZE" });
    const late = setPrice(waited(), "LATE-B", { price: "18.00", reason: "season" });
    await expect(late).rejects.toMatchObject({ code: "price_held" });
  });
});

describe("the end of a freeze by hand", () => {
  it("puts in the ledger what waited for it, in the same request", async () => {
    await products("THAW-A", "THAW-B");
    const { body } = await create({ scope: "global", kind: "PRICE_FREEZE" });
    await importProducts([productRow("THAW-A", { price: "18.00" })]);
    await create({ scope: "sku", key: "THAW-B", kind: "FIXED_PRICE", price: "17.50" });
    expect((await ledgerOf("THAW-B"))[0]).toMatchObject({ to: "20.00" });
    await end(body.id);
    expect((await ledgerOf("THAW-A"))[0]).toMatchObject({ to: "18.00", cause: { kind: "import" } });
    expect((await ledgerOf("THAW-B"))[0]).toMatchObject({ to: "17.50", cause: { kind: "override" } });
    await expectSoundChains();
  });
});
