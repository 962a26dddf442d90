import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { entryHash } from "../../domain/ledger/entries.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { startRun } from "../../services/runs/start-run.ts";
import { holdScheduledRuns, importProducts, person, productRow, verify } from "./back-support.ts";
import { call, fetchAs } from "./support.ts";

interface Entry {
  seq: number;
  at: string;
  actor: string;
  actorId: string | null;
  action: string;
  detail: { changes?: { sku: string; before: object; after: object }[]; [field: string]: unknown };
}

const entries = async (query: string) =>
  (await call<{ items: Entry[] }>("GET", `/api/audit?limit=500&${query}`)).body.items;

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(["LOG-1", "LOG-2"].map((sku) => productRow(sku, { unitCost: "10.00" })));
  await importProducts([productRow("LOG-1", { unitCost: "11.00", minPrice: "12.00" })]);
  await call("PUT", "/api/products/LOG-1/price", { price: "20.90", reason: "by hand" });
});

describe("the audit of one SKU", () => {
  it("says what changed, before and after, and by whom", async () => {
    const of = await entries("sku=LOG-1");
    expect(of.map(({ action }) => action)).toEqual(["price.set", "products.import", "products.import"]);
    const change = of[1]!.detail.changes!.find(({ sku }) => sku === "LOG-1")!;
    expect(change).toMatchObject({
      before: { unitCost: 1_000, minPrice: null },
      after: { unitCost: 1_100, minPrice: 1_200 },
    });
    expect(of[0]).toMatchObject({ actor: "key:test", actorId: expect.stringMatching(/^key_/) });
    expect((await entries("sku=LOG-2")).map(({ action }) => action)).toEqual(["products.import"]);
    expect(await entries("sku=LOG-3")).toEqual([]);
  });

  it("is narrowed by kind, actor and time", async () => {
    const ann = await person("ann@log.test", "admin");
    await ann.call("PUT", "/api/settings", { markup: 0.7 });
    const byAnn = await entries(`actor=${ann.id}`);
    expect(byAnn).toMatchObject([{ action: "settings.change", detail: { after: { markup: 0.7 } } }]);
    expect((await entries("kind=products&sku=LOG-1")).map(({ action }) => action)).toEqual([
      "products.import",
      "products.import",
    ]);
    expect(await entries("kind=prod")).toEqual([]);
    const { at } = byAnn[0]!;
    expect((await entries(`from=${at}`)).every((entry) => entry.at >= at)).toBe(true);
    expect((await entries(`to=${at}&kind=settings`)).map(({ seq }) => seq)).toEqual([byAnn[0]!.seq]);
  });
});

describe("the audit of a source", () => {
  const said = async (id: string) => {
    const { body } = await call<{ items: Entry[] }>("GET", `/api/audit?subject=source:${id}`);
    return body.items.map(({ action, detail }) => [action, detail]);
  };

  it("has the values before and after, and no secret", async () => {
    const made = { name: "Shelfbot", format: "pricewright", rateLimit: null, allowToken: false };
    const created = await call<{ secret: string }>("POST", "/api/sources", {
      id: "log-bot",
      name: "Shelfbot",
    });
    await call("PATCH", "/api/sources/log-bot", { name: "Shelfbot", rateLimit: 90 });
    await call("PATCH", "/api/sources/log-bot", { rateLimit: 60, allowToken: true });
    await call("DELETE", "/api/sources/log-bot");
    const told = await said("log-bot");
    expect(told).toEqual([
      ["source.delete", { before: { ...made, rateLimit: 60, allowToken: true }, after: null }],
      [
        "source.change",
        { before: { rateLimit: 90, allowToken: false }, after: { rateLimit: 60, allowToken: true } },
      ],
      ["source.change", { before: { rateLimit: null }, after: { rateLimit: 90 } }],
      ["source.create", { before: null, after: made }],
    ]);
    expect(JSON.stringify(told)).not.toContain(created.body.secret);
  });

  it("follows two changes at once from one to the other", async () => {
    await call("POST", "/api/sources", { id: "log-two" });
    const limits = [10, 20, 30];
    await Promise.all(limits.map((rateLimit) => call("PATCH", "/api/sources/log-two", { rateLimit })));
    const changes = (await said("log-two")).flatMap(([action, detail]) =>
      action === "source.change" ? [detail as { before: object; after: object }] : [],
    );
    expect(changes).toHaveLength(3);
    changes.forEach(({ before }, i) => {
      expect(before).toEqual(changes[i + 1]?.after ?? { rateLimit: null });
    });
  });
});

describe("the audit of costs that come into force", () => {
  it("has each product's cost before and after", async () => {
    await importProducts([productRow("LOG-C", { unitCost: "10.00" }), productRow("LOG-D")]);
    const file = "sku,unitCost,from\nLOG-C,11.50,2026-01-01\nLOG-D,9.00,2026-01-01\n";
    await call("POST", "/api/import/costs", file, { "content-type": "text/csv" });
    const [applied] = await entries("action=costs.apply&sku=LOG-C");
    expect(applied!.detail).toEqual({
      skus: ["LOG-C", "LOG-D"],
      changes: [
        { sku: "LOG-C", before: { unitCost: 1_000 }, after: { unitCost: 1_150 } },
        { sku: "LOG-D", before: { unitCost: null }, after: { unitCost: 900 } },
      ],
    });
  });

  it("names no change where the product had that cost already", async () => {
    await importProducts([productRow("LOG-E", { unitCost: "8.00" })]);
    const file = "sku,unitCost,from\nLOG-E,8.00,2026-01-01\n";
    await call("POST", "/api/import/costs", file, { "content-type": "text/csv" });
    const [applied] = await entries("action=costs.apply&sku=LOG-E");
    expect(applied!.detail).toEqual({ skus: ["LOG-E"], changes: [] });
  });
});

describe("the audit of a run", () => {
  const start = (as: typeof call, body: object) => as<{ runId: string }>("POST", "/api/runs", body);
  const startOf = async (runId: string) => entries(`action=run.start&subject=${runId}`);

  it("says who started it, of which kind and for what", async () => {
    const ann = await person("ann@runs.test", "analyst");
    const asked = { kind: "proposals", scope: { skus: ["LOG-1", "LOG-2"] }, dryRun: true };
    const { status, body } = await ann.call<{ runId: string }>("POST", "/api/runs", asked);
    expect(status).toBe(202);
    const [entry, ...more] = await startOf(body.runId);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      actorId: ann.id,
      detail: {
        ...{ kind: "proposals", dryRun: true, products: 2 },
        scope: { skus: ["LOG-1", "LOG-2"], named: 2 },
      },
    });
    const byKey = await start(call, { kind: "elasticity", scope: { category: "things" } });
    expect((await startOf(byKey.body.runId))[0]).toMatchObject({
      actor: "key:test",
      detail: { kind: "elasticity", scope: { category: "things" }, dryRun: false },
    });
  });

  it("has none for a run that is refused, or that is due", async () => {
    const before = await entries("action=run.start");
    expect((await start(call, { kind: "proposals", scope: { skus: ["NOBODY"] } })).status).toBe(422);
    const ctx = serviceContext(env, systemActor("night"));
    await startRun(ctx, { kind: "elasticity", scope: { skus: ["LOG-1"] }, objectOf: () => 0 });
    expect(await entries("action=run.start")).toEqual(before);
  });
});

describe("an export", () => {
  it.each(["ledger", "audit"] as const)("of the %s has every entry as it was hashed", async (chain) => {
    const response = await fetchAs(`/api/audit/export?chain=${chain}`);
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { [chain]: head } = await verify();
    expect(lines).toHaveLength(head.count);
    for (const line of lines) expect(entryHash(line)).toBe(line.hash);
    expect(lines.at(-1).hash).toBe(head.head);
  });
});
