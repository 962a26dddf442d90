import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { propose, servedPrice } from "./back-support.ts";
import { proposedPrice, proposeFor } from "./proposals-support.ts";
import { call, observation, postObservations } from "./support.ts";

interface Totals {
  up: number;
  down: number;
  held: number;
  blocked: number;
  blockedBy: Record<string, number>;
  limitedBy: Record<string, number>;
  priced: number;
  byRule: Record<string, unknown>;
  revenue: { before: string; after: string; change: string };
  profit: { before: string; after: string; change: string };
  index: { before: number | null; after: number | null };
}
interface Answer extends Totals {
  currency: string;
  considered: number;
  of: number;
  asSet: Totals;
  products: {
    sku: string;
    from: string;
    to: string;
    asSet: string;
    verdict: string;
    reason: string;
    rule?: string;
  }[];
}

const SKUS = ["W1", "W2", "W3"];
const ask = (body: unknown) =>
  call<Answer & { errors?: { path: string; code: string }[] }>("POST", "/api/what-if", body);

beforeAll(() => proposeFor(SKUS), 60_000);

describe("what-if", () => {
  it("says of the settings in force what a run proposes, and keeps nothing", async () => {
    const before = await env.DB.prepare("SELECT count(*) AS n FROM proposals").first();
    const { status, body } = await ask({});
    expect(status).toBe(200);
    expect(body).toMatchObject({ considered: 3, of: 3, up: 3, down: 0, held: 0, blocked: 0, priced: 3 });
    expect(Number(body.profit.change)).toBeGreaterThan(0);
    expect(body.profit).toEqual(body.asSet.profit);
    expect(body.products).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM proposals").first()).toEqual(before);
  });

  it("shows what a change of the settings would do, beside the settings in force", async () => {
    const { body } = await ask({ settings: { guardrails: { maxStep: 0.05, minGain: 0, minGainMoney: 0 } } });
    const [first] = body.products;
    expect(body).toMatchObject({ up: 3, asSet: { up: 3 } });
    expect(body.limitedBy.max_step).toBe(3);
    expect(Number(first!.to)).toBeLessThanOrEqual(21);
    expect(first!.asSet).toBe(proposedPrice(first!.sku));
    expect(Number(body.profit.change)).toBeLessThan(Number(body.asSet.profit.change));
    const { body: settings } = await call<{ guardrails: { maxStep: number } }>("GET", "/api/settings");
    expect(settings.guardrails.maxStep).not.toBe(0.05);
  });

  it("judges prices that a person names, and says which limit refuses one", async () => {
    const { body } = await ask({ prices: { W1: "21.00", W2: "5.00" } });
    expect(body).toMatchObject({ considered: 2, up: 1, blocked: 1, blockedBy: { margin_floor: 1 } });
    expect(body.products.find(({ sku }) => sku === "W1")).toMatchObject({ to: "21.00", verdict: "up" });
    expect(body.products.find(({ sku }) => sku === "W2")).toMatchObject({
      ...{ to: "20.00", verdict: "blocked", reason: "margin_floor" },
    });
    expect(await servedPrice("W1")).toBe("20.00");
  });

  it("supposes another elasticity", async () => {
    const { body } = await ask({ elasticity: -12 });
    expect(body.asSet.up).toBe(3);
    expect(body.up).toBe(0);
  });

  it("names the field that is wrong", async () => {
    expect((await ask({ prices: [{ sku: "NONE", price: "1.00" }] })).body.errors).toMatchObject([
      { path: "prices.0.sku", code: "unknown_sku" },
    ]);
    expect((await ask({ prices: { W1: "0" } })).body.errors?.[0]?.path).toBe("prices.0.price");
    expect((await ask({ settings: { guardrails: { maxStep: "x" } } })).body.errors?.[0]?.path).toBe(
      "settings.guardrails.maxStep",
    );
  });
});

describe("price rules", () => {
  const rule = { id: "close", name: "close to nord", steps: [{ anchor: "cheapest", share: 0.05 }] };
  const always = { ...rule, id: "base", name: "as listed", steps: [{ anchor: "base", amount: "0.50" }] };
  const loose = { minGain: 0, minGainMoney: 0, minProbability: 0, charmEndings: false };

  it("go by their order, and what-if counts what each would do before it is saved", async () => {
    await call("PATCH", "/api/products/W1", { tags: ["kvi"] });
    const priceRules = [
      { ...rule, match: { competitorsFrom: 50 } },
      { ...always, match: { tags: ["kvi"] } },
      { ...always, id: "off", active: false },
    ];
    const { body } = await ask({ settings: { priceRules, guardrails: loose } });
    expect(body.byRule).toEqual({ base: { up: 1, down: 0, held: 0, blocked: 0, meanChangePct: 2.5 } });
    expect(body.asSet.byRule).toEqual({});
    expect(body.products.find(({ sku }) => sku === "W1")).toMatchObject({ to: "20.50", rule: "base" });
  });

  it("go by a strategy that several of them name, which has to exist", async () => {
    const listed = { id: "listed", name: "As listed", steps: [{ anchor: "base", amount: "0.50" }] };
    const named = (id: string, skus: string[]) => ({
      ...{ id, name: id, strategy: "listed", match: { skus } },
    });
    const priceRules = [named("first", ["W1"]), named("second", ["W2", "W3"])];
    const { body } = await ask({ settings: { priceStrategies: [listed], priceRules, guardrails: loose } });
    expect(body.byRule).toMatchObject({ first: { up: 1 }, second: { up: 2 } });
    const path = "priceRules.0.strategy";
    const refused = { status: 422, body: { errors: [{ path }] } };
    expect(await call("POST", "/api/what-if", { settings: { priceRules } })).toMatchObject(refused);
    expect(await call("PUT", "/api/settings", { priceRules })).toMatchObject(refused);
    const both = [{ ...priceRules[0], steps: listed.steps }];
    expect((await call("PUT", "/api/settings", { priceRules: both })).status).toBe(422);
  });

  it("are counted by the products they would be for, while they are written", async () => {
    const preview = async (match: object) =>
      (await call<Record<string, unknown>>("POST", "/api/price-rules/preview", { match })).body;
    expect(await preview({})).toMatchObject({ products: 3, of: 3, named: [{ sku: "W1" }, {}, {}] });
    expect(await preview({ tags: ["kvi"] })).toEqual({
      ...{ products: 1, of: 3, named: [{ sku: "W1", title: expect.any(String) }] },
    });
    expect(await preview({ skus: ["W2", "NONE"], priceTo: "20.00" })).toMatchObject({ products: 1 });
    expect(await preview({ priceTo: "19.99" })).toMatchObject({ products: 0 });
    expect(await preview({ marginFrom: 0.99 })).toMatchObject({ products: 0 });

    await postObservations("scraper", "preview", [
      observation("W3", "19.00", { competitor: "Nord Shop" }),
      observation("W3", "18.00", { competitor: "sold-out", availability: "out_of_stock" }),
    ]);
    expect(await preview({ competitors: ["nord shop"] })).toMatchObject({ named: [{ sku: "W3" }] });
    expect(await preview({ competitorsFrom: 1 })).toMatchObject({ products: 1 });
    expect(await preview({ competitorsFrom: 2 })).toMatchObject({ products: 0 });
    expect(await preview({ stock: 1 })).toMatchObject({ errors: [{ path: "match.stock" }] });
  });

  it("decide in a run once they are saved, and name themselves", async () => {
    await call("PUT", "/api/settings", { priceRules: [always], guardrails: loose });
    const proposed = await propose(["W2"]);
    expect(proposed.get("W2")).toMatchObject({ strategy: "price_rule", to: "20.50" });
    const { id } = proposed.get("W2")!;
    const { body } = await call<{ explanation: { sentence: string } }>("GET", `/api/proposals/${id}`);
    expect(body.explanation.sentence).toContain('rule "as listed"');
  });
});
