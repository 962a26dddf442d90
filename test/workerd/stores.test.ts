import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { workOnStore } from "../../services/connectors/work-on-store.ts";
import { FakeMedusa } from "../support/stores/fake-medusa.ts";
import type { FakeShopify } from "../support/stores/fake-shopify.ts";
import type { Fault } from "../support/stores/fake-store.ts";
import type { FakeWooCommerce } from "../support/stores/fake-woocommerce.ts";
import { KINDS, newShop, type Shop } from "./stores-support.ts";

/** Every price that reached the store for a SKU, in order, each once. */
function arrived(shop: Shop, sku: string): string[] {
  return [...new Set(shop.fake.writes.filter((one) => one.sku === sku).map(({ price }) => price))];
}

async function signalsOf(sku: string) {
  const { results } = await env.DB.prepare("SELECT type, status FROM signals WHERE sku = ?1").bind(sku).all();
  return results;
}

describe.each(KINDS)("%s", (kind) => {
  test("takes its catalogue, and an applied price until it is read back", async () => {
    const shop = newShop(`plain-${kind}`, kind);
    const skus = Array.from({ length: 230 }, (_, i) => `${kind}-${i}`);
    await shop.open(skus);
    const { results } = await env.DB.prepare("SELECT sku, price FROM products WHERE sku LIKE ?1")
      .bind(`${kind}-%`)
      .all();
    expect(results).toHaveLength(230);
    await shop.setPrice(`${kind}-7`, "9.49");
    await shop.setPrice(`${kind}-211`, "10.95");
    await shop.settle();
    expect(await shop.states()).toMatchObject([
      { sku: `${kind}-7`, price: 949, state: "confirmed" },
      { sku: `${kind}-211`, price: 1_095, state: "confirmed" },
    ]);
    expect(arrived(shop, `${kind}-7`)).toEqual(["9.49"]);
    expect(shop.fake.writes).toHaveLength(2);
  });

  const FAULTS: Fault[][] = [
    ["429", "429"],
    ["500", "500"],
    ["500 after"],
    ["timeout"],
    ["timeout after", "timeout"],
    ["reset after", "reset after"],
    ["half"],
    ["html"],
  ];
  test.each(FAULTS)("confirms every price once in spite of %s %s", async (...faults) => {
    const id = `${kind}-${faults.join("-").replaceAll(" ", "-")}`;
    const shop = newShop(id, kind);
    const skus = [0, 1, 2, 3, 4].map((i) => `${id}-${i}`);
    await shop.open(skus);
    for (const [i, sku] of skus.entries()) await shop.setPrice(sku, `9.${i}9`);
    shop.fake.fail("write", ...faults.filter((fault) => fault !== undefined));
    await shop.settle();
    expect((await shop.states()).map(({ state }) => state)).toEqual(skus.map(() => "confirmed"));
    for (const [i, sku] of skus.entries()) expect(arrived(shop, sku)).toEqual([`9.${i}9`]);
    // a price that is made a second time would stand beside the first
    if (shop.fake instanceof FakeMedusa) expect(shop.fake.prices).toHaveLength(5);
  });

  test("shows a price that somebody else changed, and writes nothing over it", async () => {
    const shop = newShop(`edit-${kind}`, kind);
    const sku = `edited-${kind}`;
    await shop.open([sku]);
    await shop.setPrice(sku, "9.99");
    await shop.settle();
    if (shop.fake instanceof FakeMedusa) shop.fake.prices[0]!.amount = 7;
    else shop.fake.edit(sku, "7.00");
    await shop.setPrice(sku, "9.49");
    await shop.settle();
    expect((await shop.states()).at(-1)).toMatchObject({ price: 949, state: "held" });
    expect(arrived(shop, sku)).toEqual(["9.99"]);
    expect(await signalsOf(sku)).toEqual([{ type: "STORE_PRICE_CHANGED", status: "open" }]);
  });
});

test("a store that refuses one price takes the others, and says why", async () => {
  for (const kind of ["shopify", "woocommerce"] as const) {
    const shop = newShop(`refused-${kind}`, kind);
    const skus = [0, 1, 2].map((i) => `refused-${kind}-${i}`);
    await shop.open(skus);
    (shop.fake as FakeShopify | FakeWooCommerce).refused.set(skus[1]!, "the price is not allowed");
    for (const sku of skus) await shop.setPrice(sku, "9.49");
    await shop.settle();
    expect(await shop.states()).toMatchObject([
      { state: "confirmed" },
      { state: "unconfirmed", reason: "the price is not allowed" },
      { state: "confirmed" },
    ]);
  }
});

describe.each(KINDS)("a variant that %s no longer has", (kind) => {
  test("is shown as unconfirmed, and keeps no other price from being written", async () => {
    const shop = newShop(`gone-${kind}`, kind);
    const skus = [0, 1, 2].map((i) => `gone-${kind}-${i}`);
    await shop.open(skus);
    for (const sku of skus) await shop.setPrice(sku, "9.49");
    shop.fake.variants.delete(skus[1]!);
    await shop.settle();
    const [first, gone, last] = await shop.states();
    expect([first, last]).toMatchObject([{ state: "confirmed" }, { state: "confirmed" }]);
    expect(gone).toMatchObject({ state: "unconfirmed", reason: expect.any(String) });
    expect(arrived(shop, skus[1]!)).toEqual([]);
    expect(await signalsOf(skus[1]!)).toEqual([]);
  });
});

test("a store that lags behind its writes is read again, and gets the same price at most", async () => {
  for (const kind of ["shopify", "woocommerce", "http"] as const) {
    const shop = newShop(`lag-${kind}`, kind);
    const sku = `lag-${kind}`;
    await shop.open([sku]);
    shop.fake.lag = 3;
    await shop.setPrice(sku, "9.49");
    await shop.settle();
    expect(await shop.states()).toMatchObject([{ price: 949, state: "confirmed" }]);
    expect(arrived(shop, sku)).toEqual(["9.49"]);
    expect(await signalsOf(sku)).toEqual([]);
  }
});

test("a store that rounds our price is not taken for somebody who changed it: unconfirmed, with both prices", async () => {
  for (const kind of ["shopify", "woocommerce", "http"] as const) {
    const shop = newShop(`round-${kind}`, kind);
    const sku = `round-${kind}`;
    await shop.open([sku]);
    shop.fake.rounded = (price) => (Math.round(Number(price) * 20) / 20).toFixed(2);
    await shop.setPrice(sku, "9.49");
    await shop.settle();
    const [rounded] = await shop.states();
    expect(rounded).toMatchObject({ state: "unconfirmed", reason: expect.stringMatching(/9\.49.* 9\.50/) });
    expect(await signalsOf(sku)).toEqual([]);
    // the next price goes out as usual
    await shop.setPrice(sku, "9.25");
    await shop.settle();
    expect((await shop.states()).at(-1)).toMatchObject({ price: 925, state: "confirmed" });
    expect(arrived(shop, sku)).toEqual(["9.49", "9.25"]);
  }
});

test("a store that is down leaves its prices unconfirmed in the end", async () => {
  const shop = newShop("down", "woocommerce");
  await shop.open(["down-1"]);
  await shop.setPrice("down-1", "9.49");
  shop.fake.fail("write", ...Array.from({ length: 40 }, () => "500" as const));
  await shop.settle();
  expect(await shop.states()).toMatchObject([{ state: "unconfirmed", attempts: 10 }]);
  expect((await shop.states())[0]?.reason).toContain("500");
});

test("a newer price replaces one that waits, and one that arrives late is written over", async () => {
  const shop = newShop("late", "shopify");
  await shop.open(["late-1"]);
  await shop.setPrice("late-1", "9.49");
  shop.fake.fail("write", "timeout");
  await workOnStore(shop.ctx, shop.id);
  await shop.setPrice("late-1", "9.95");
  shop.now += 5_000;
  await workOnStore(shop.ctx, shop.id);
  expect(shop.fake.priceOf("late-1")).toBe("9.95");
  // the first request arrives after all
  shop.fake.edit("late-1", "9.49");
  shop.now += 61_000;
  await shop.settle();
  expect(shop.fake.priceOf("late-1")).toBe("9.95");
  expect(await shop.states()).toMatchObject([
    { price: 949, state: "superseded" },
    { price: 995, state: "confirmed" },
  ]);
  expect(await signalsOf("late-1")).toEqual([]);
});

test("a dry run shows what would be written and writes nothing", async () => {
  const shop = newShop("dry", "shopify");
  await shop.open(["dry-1"], "dry_run");
  await shop.setPrice("dry-1", "9.49");
  await shop.settle();
  expect(await shop.states()).toMatchObject([{ state: "rehearsed" }]);
  expect(shop.fake.writes).toEqual([]);
});

test("the lowest prior price of a reduction goes into the store's field", async () => {
  const shop = newShop("prior", "shopify");
  await shop.open(["prior-1"]);
  await shop.setPrice("prior-1", "9.49");
  await shop.settle();
  expect(shop.fake.variants.get("prior-1")?.more["pricewright.prior_price"]).toBe(
    JSON.stringify({ amount: "10.00", currency_code: "EUR" }),
  );
});

test("a sale that the store runs itself is not ended by our price", async () => {
  const shop = newShop("sale", "woocommerce");
  await shop.open(["sale-1"]);
  shop.fake.variants.get("sale-1")!.more.sale = "8.00";
  await shop.setPrice("sale-1", "9.49");
  await shop.settle();
  expect(await shop.states()).toMatchObject([{ state: "held" }]);
  expect(shop.fake.variants.get("sale-1")?.more.sale).toBe("8.00");
});
