import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY_MS } from "../../domain/base/time.ts";
import {
  expectUnbrokenChains,
  importProducts,
  person,
  productRow,
  servedPrice,
  tick,
} from "./back-support.ts";
import { addProposals } from "./proposals-support.ts";
import { addProducts, call } from "./support.ts";

interface Held {
  id: string;
  code: string;
  status: string;
  reason: string;
}

type Person = Awaited<ReturnType<typeof person>>;
let ada: Person;
let bob: Person;

const LONG = "the supplier has doubled the price and every rival follows since Monday";
const settings = (change: object) => call("PUT", "/api/settings", change);
const release = (who: Person, id: string, body: object = {}) =>
  who.call<{ code?: string; status?: string; detail?: string }>(
    "POST",
    `/api/held-prices/${id}/release`,
    body,
  );

describe("a HIGH-risk price that a person sets", () => {
  const ask = (who: Person, price: string, reason: string) =>
    who.call<Held & { code?: string; price: string }>("PUT", "/api/products/TWO-1/price", { price, reason });

  beforeAll(async () => {
    await importProducts([productRow("TWO-1", { price: "100.00" })]);
    ada = await person("ada@example.com", "approver");
  });

  it("needs a longer reason where nobody else may approve", async () => {
    expect(await ask(ada, "300.00", "season")).toMatchObject({
      status: 422,
      body: { code: "reason_required" },
    });
  });

  it("waits for a second person where there is one, who is not the one who asked", async () => {
    bob = await person("bob@example.com", "approver");
    const asked = await ask(ada, "300.00", "season");
    expect(asked).toMatchObject({
      status: 202,
      body: { code: "second_person", status: "held", reason: "season" },
    });
    expect(await servedPrice("TWO-1")).toBe("100.00");
    const { id } = asked.body;
    expect(await release(ada, id, { note: LONG })).toMatchObject({ status: 403 });
    expect(await call("POST", `/api/held-prices/${id}/release`, {})).toMatchObject({
      status: 422,
      body: { code: "reason_required" },
    });
    expect(await release(bob, id)).toMatchObject({ status: 200, body: { status: "released" } });
    expect(await release(bob, id)).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    expect(await servedPrice("TWO-1")).toBe("300.00");
    const { body } = await call<{ items: { actor: string; reason: string; cause: object }[] }>(
      "GET",
      "/api/products/TWO-1/history",
    );
    expect(body.items[0]).toMatchObject({
      actor: "user:bob@example.com",
      reason: expect.stringContaining("asked for by user:ada@example.com"),
      cause: { kind: "manual", id },
    });
  });

  it("is judged by the limits and the price of the moment at its release", async () => {
    const low = (await ask(ada, "100.00", "back")).body.id;
    await call("PATCH", "/api/products/TWO-1", { minPrice: "150.00" });
    expect(await release(bob, low)).toMatchObject({ status: 422, body: { code: "guardrail_blocked" } });
    const high = (await ask(bob, "400.00", "more")).body.id;
    expect((await call<Held>("GET", "/api/held-prices?sku=TWO-1")).body).toMatchObject({
      items: [{ id: high }],
    });
    await ada.call("PUT", "/api/products/TWO-1/price", { price: "301.00", reason: "a little" });
    expect(await release(ada, high)).toMatchObject({ status: 409, body: { code: "stale_or_mismatch" } });
  });

  it("is one person's with a long reason, unless the settings say that it never is", async () => {
    expect(await ask(ada, "400.00", LONG)).toMatchObject({ status: 200, body: { price: "400.00" } });
    await settings({ secondPerson: "always" });
    expect(await ask(ada, "200.00", LONG)).toMatchObject({ status: 202, body: { code: "second_person" } });
    expect((await ask(ada, "390.00", "a little")).status).toBe(200);
    await settings({ secondPerson: "reason" });
    await expectUnbrokenChains();
  });
});

describe("a HIGH-risk override", () => {
  const ask = (who: Person, override: object) =>
    who.call<Held & { price?: string; active?: boolean; createdBy?: string }>("POST", "/api/overrides", {
      ...{ scope: "category", key: "things", kind: "FIXED_PRICE", price: "310.00", reason: "season" },
      ...override,
    });
  const settle = (who: Person, verb: string, id: string, body: object = {}) =>
    who.call<{ code?: string; status?: string }>("POST", `/api/held-overrides/${id}/${verb}`, body);
  const waiting = async () =>
    (await call<{ items: { id: string }[] }>("GET", "/api/held-overrides")).body.items.map(({ id }) => id);

  it.each([
    ["a price for a category", {}],
    [
      "the rules for everybody",
      { scope: "global", key: undefined, kind: "FORCE_RULE_BASED", price: undefined },
    ],
    ["a price far from where it is", { scope: "sku", key: "TWO-1", price: "900.00" }],
  ])("waits for somebody else: %s", async (_, override) => {
    const asked = await ask(ada, override);
    expect(asked).toMatchObject({ status: 202, body: { status: "held", reason: "season" } });
    const { id } = asked.body;
    expect(await waiting()).toEqual([id]);
    expect((await call<{ items: object[] }>("GET", "/api/overrides")).body.items).toEqual([]);
    expect(await settle(ada, "release", id, { note: LONG })).toMatchObject({ status: 403 });
    expect(await settle(bob, "release", id, { note: "agreed" })).toMatchObject({
      ...{ status: 200, body: { status: "released", decidedBy: "user:bob@example.com" } },
    });
    expect(await settle(bob, "release", id)).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
    const [made] = (
      await call<{ items: { id: string; reason: string }[] }>("GET", "/api/overrides?all=true&limit=1")
    ).body.items;
    expect(made!.reason).toBe("season; asked for by user:ada@example.com; agreed");
    await call("DELETE", `/api/overrides/${made!.id}`);
    await expectUnbrokenChains();
  });

  it("is judged again at its release, and may be refused or replaced before it", async () => {
    const first = (await ask(ada, {})).body.id;
    const second = (await ask(bob, { price: "320.00" })).body.id;
    expect(await waiting()).toEqual([second]);
    expect(await settle(bob, "release", first)).toMatchObject({ status: 409 });
    await call("PATCH", "/api/products/TWO-1", { maxPrice: "315.00" });
    expect(await settle(ada, "release", second)).toMatchObject({
      ...{ status: 422, body: { code: "guardrail_blocked" } },
    });
    expect(await waiting()).toEqual([second]);
    expect(await settle(ada, "discard", second, { note: "no" })).toMatchObject({
      ...{ status: 200, body: { status: "discarded" } },
    });
    await call("PATCH", "/api/products/TWO-1", { maxPrice: null });
  });

  it("is one person's with a long reason, and a freeze is at once", async () => {
    const fixed = await ask(ada, { reason: LONG, price: "320.00" });
    expect(fixed).toMatchObject({ status: 201, body: { active: true, createdBy: "user:ada@example.com" } });
    await call("DELETE", `/api/overrides/${fixed.body.id}`);
    const freeze = await ask(ada, { kind: "PRICE_FREEZE", price: undefined });
    expect(freeze.status).toBe(201);
    await call("DELETE", `/api/overrides/${freeze.body.id}`);
    await settings({ secondPerson: "always" });
    expect(await ask(ada, { reason: LONG, price: "330.00" })).toMatchObject({ status: 202 });
    await settings({ secondPerson: "reason" });
  });
});

describe("a playbook that sets prices", () => {
  const run = (who: Person, name: string, reason: string) =>
    who.call<Held & { overrideId?: string; playbook?: string }>("POST", `/api/playbooks/${name}`, { reason });

  it("waits for a second person, whose release opens its incident", async () => {
    await settings({ secondPerson: "always" });
    const asked = await run(ada, "model_failure", LONG);
    expect(asked).toMatchObject({ status: 202, body: { status: "held", playbook: "model_failure" } });
    const incidents = async () =>
      (
        await call<{ items: { playbook: string; overrideId: string; openedBy: string; id: string }[] }>(
          "GET",
          "/api/incidents",
        )
      ).body.items;
    expect(await incidents()).toEqual([]);
    const path = `/api/held-overrides/${asked.body.id}/release`;
    expect((await ada.call("POST", path, { note: LONG })).status).toBe(403);
    expect(await bob.call("POST", path)).toMatchObject({ status: 200, body: { status: "released" } });
    const [opened] = await incidents();
    expect(opened).toMatchObject({ playbook: "model_failure", openedBy: "user:bob@example.com" });
    const { body } = await call<{ items: { id: string; kind: string; expiresAt: string }[] }>(
      "GET",
      "/api/overrides",
    );
    expect(body.items).toMatchObject([{ id: opened!.overrideId, kind: "FORCE_RULE_BASED" }]);
    // a week from the release, not the 72 hours of other overrides
    expect(Date.parse(body.items[0]!.expiresAt)).toBeGreaterThan(Date.now() + 6.9 * DAY_MS);
    expect((await run(bob, "model_failure", LONG)).status).toBe(202);
    expect((await call("POST", `/api/incidents/${opened!.id}/close`, {})).status).toBe(200);
    await settings({ secondPerson: "reason" });
    await expectUnbrokenChains();
  });

  it("is at once where it freezes prices, and with a long reason where one person is enough", async () => {
    await settings({ secondPerson: "always" });
    const freeze = await run(ada, "data_failure", "feed");
    expect(freeze.status).toBe(201);
    await settings({ secondPerson: "reason" });
    expect((await run(bob, "model_failure", "wrong")).status).toBe(202);
    const rules = await run(bob, "model_failure", LONG);
    expect(rules.status).toBe(201);
    for (const { body } of [freeze, rules])
      expect((await call("POST", `/api/incidents/${body.id}/close`, {})).status).toBe(200);
    await expectUnbrokenChains();
  });
});

describe("an approval that can be undone for a while", () => {
  const stored = async (id: string) =>
    (await call<{ status: string; decidedBy?: string; effectiveAt?: string }>("GET", `/api/proposals/${id}`))
      .body;
  const post = (id: string, verb: string, body: object = {}) =>
    call<{ status: string; code?: string; detail?: string; effectiveAt?: string }>(
      "POST",
      `/api/proposals/${id}/${verb}`,
      body,
    );
  const ids = ["prp_undo-1", "prp_undo-2", "prp_undo-3"] as const;

  beforeAll(async () => {
    const skus = ids.map((id) => id.slice(4).toUpperCase());
    await addProducts(...skus.map((sku) => ({ sku, price: 2_000 })));
    await addProposals(ids.map((id, i) => ({ id, sku: skus[i]!, status: "pending" as const })));
    await settings({ undoSeconds: 600 });
  });

  it("is pending again, and may be approved again", async () => {
    const approved = await post(ids[0], "approve", { note: "first" });
    expect(approved.body.status).toBe("approved");
    expect(Date.parse(approved.body.effectiveAt!)).toBeGreaterThan(Date.now() + 590_000);
    await tick();
    expect(await servedPrice("UNDO-1")).toBe("20.00");
    expect((await post(ids[0], "undo")).body.status).toBe("pending");
    const pending = await stored(ids[0]);
    expect([pending.decidedBy, pending.effectiveAt]).toEqual([undefined, undefined]);
    expect(await post(ids[0], "undo")).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    await expectUnbrokenChains();
    expect((await post(ids[0], "approve")).body.status).toBe("approved");
    await tick(Date.now() + 601_000);
    expect(await servedPrice("UNDO-1")).toBe("21.00");
    await expectUnbrokenChains();
  });

  it("is applied when the time is over; then a rollback is what takes it back", async () => {
    await post(ids[1], "approve");
    await tick(Date.now() + 601_000);
    const late = await post(ids[1], "undo");
    expect(late).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    expect(late.body.detail).toContain("/api/prices/UNDO-2/rollback");
  });

  it("is applied by itself some seconds later", async () => {
    await settings({ undoSeconds: 1 });
    expect((await post(ids[2], "approve")).body.status).toBe("approved");
    await expect.poll(() => servedPrice("UNDO-3"), { timeout: 20_000, interval: 100 }).toBe("21.00");
    await settings({ undoSeconds: 0 });
  });

  it("that somebody says was undone, and the audit does not, is found", async () => {
    await env.DB.prepare("UPDATE proposals SET undone_at = undone_at + 1 WHERE id = ?1").bind(ids[0]).run();
    const { body } = await call("GET", "/api/audit/verify?full=true");
    expect(body).toMatchObject({ ok: false, firstBad: { reason: expect.stringContaining("undid") } });
  });
});
