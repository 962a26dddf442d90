import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { database } from "../../db/database.ts";
import type { Env } from "../../db/env.ts";
import { portsOf } from "../../durable/ports.ts";
import { inboxOf } from "../../durable/stubs.ts";
import { sealPlainSecrets } from "../../services/ingest/source-secrets.ts";
import { addProducts, call, observation, offersOf, receiptOf } from "./support.ts";

let secret: string;

beforeAll(async () => {
  await addProducts({ sku: "W-1", price: 1_200 }, { sku: "W-2" });
  const made = await call<{ secret: string }>("POST", "/api/sources", { id: "scraper", name: "Scraper" });
  expect(made.status).toBe(201);
  secret = made.body.secret;
});

/** Posts a body signed the way a sender's library signs it, then changed as the test wants. */
async function hook(
  id: string,
  body: unknown,
  change: {
    secret?: string;
    at?: Date;
    headers?: Record<string, string>;
    body?: string;
    source?: string;
  } = {},
) {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const at = change.at ?? new Date();
  return call("POST", `/api/hooks/${change.source ?? "scraper"}`, change.body ?? payload, {
    authorization: "",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(change.secret ?? secret).sign(id, at, payload),
    ...change.headers,
  });
}

describe("a signed batch", () => {
  it("needs no key: the signature is the right, the message id the batch id", async () => {
    const answer = await hook("msg-1", { observations: [observation("W-1", 12), observation("no", 1)] });
    expect(answer).toMatchObject({ status: 202, body: { batchId: "msg-1", received: 2, duplicate: false } });
    expect(await receiptOf("msg-1")).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await offersOf("W-1")).toMatchObject([{ price: 1_200 }]);
  });

  it("may be sent again with a new timestamp", async () => {
    const body = { observations: [observation("W-1", 13, { competitor: "again" })] };
    expect(await hook("msg-2", body)).toMatchObject({ body: { duplicate: false } });
    expect(await hook("msg-2", body, { at: new Date(Date.now() - 60_000) })).toMatchObject({
      body: { duplicate: true },
    });
    expect(await hook("msg-2", { observations: [] })).toMatchObject({
      status: 409,
      body: { code: "batch_id_reused" },
    });
  });

  it("is recognised by its list", async () => {
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(await hook("msg-3", { rows: [{ sku: "W-2", day, units: 2, price: 5 }] })).toMatchObject({
      status: 202,
    });
    await receiptOf("msg-3");
    expect(await env.DB.prepare("SELECT units FROM demand_days WHERE sku = 'W-2'").first("units")).toBe(2);
  });

  it("may name its own source, and no other", async () => {
    expect(await hook("msg-4", { source: "scraper", observations: [] })).toMatchObject({ status: 202 });
    expect(await hook("msg-5", { source: "other", observations: [] })).toMatchObject({
      ...{ status: 422, body: { code: "invalid", errors: [{ path: "source" }] } },
    });
  });

  it("of a wrong form is refused like any other", async () => {
    expect(await hook("msg-6", "{ no json")).toMatchObject({ status: 400, body: { code: "bad_json" } });
    expect(await hook("msg-7", { extra: 1, observations: [] })).toMatchObject({
      status: 422,
      body: { code: "invalid" },
    });
    expect(await hook("with space", { observations: [] })).toMatchObject({
      status: 422,
      body: { code: "invalid" },
    });
  });
});

describe("a signature", () => {
  const body = { observations: [] };
  const bad = { status: 401, body: { code: "bad_signature" } };
  it("of another body, secret or id is refused, and nothing is stored", async () => {
    expect(await hook("bad-1", body, { body: '{"observations":[1]}' })).toMatchObject(bad);
    expect(await hook("bad-1", body, { secret: `whsec_${btoa("x".repeat(32))}` })).toMatchObject(bad);
    expect(await hook("bad-1", body, { headers: { "webhook-id": "bad-2" } })).toMatchObject(bad);
    expect(await hook("bad-1", body, { headers: { "webhook-signature": "v1,AAAA" } })).toMatchObject(bad);
    expect(await hook("bad-1", body, { headers: { "webhook-signature": "" } })).toMatchObject(bad);
    expect(await call("GET", "/api/ingest/batches/bad-1")).toMatchObject({ status: 404 });
  });

  it("of an unknown source is refused the same way", async () => {
    expect(await hook("bad-3", body, { source: "nobody" })).toMatchObject(bad);
  });

  it.each([
    ["older than five minutes", -301],
    ["more than five minutes ahead", 302],
  ])("%s is refused", async (_, seconds) => {
    const at = new Date(Date.now() + seconds * 1000);
    expect(await hook("late", body, { at })).toMatchObject({ status: 401, body: { code: "bad_timestamp" } });
  });

  it("is one of several in the header", async () => {
    const id = "many";
    const at = new Date();
    const good = new Webhook(secret).sign(id, at, JSON.stringify(body));
    const headers = { "webhook-signature": `v1,AAAA v1a,BBBB ${good}` };
    expect(await hook(id, body, { at, headers })).toMatchObject({ status: 202 });
  });

  it("is not looked for among many: a header claims at most five", async () => {
    const id = "claims";
    const at = new Date();
    const good = new Webhook(secret).sign(id, at, JSON.stringify(body));
    const wrong = `v1,${btoa("x".repeat(32))}`;
    const send = (claims: string[]) =>
      hook(id, body, { at, headers: { "webhook-signature": claims.join(" ") } });
    expect(await send([...Array<string>(330).fill(wrong), good])).toMatchObject(bad);
    expect(await send([...Array<string>(5).fill(wrong), good])).toMatchObject(bad);
    expect(await send([...Array<string>(4).fill(wrong), good])).toMatchObject({ status: 202 });
  });

  it("costs one hash of the body, whatever the header claims and whether the source exists", async () => {
    const sign = vi.spyOn(crypto.subtle, "sign");
    const verify = vi.spyOn(crypto.subtle, "verify");
    const wrong = Array<string>(5)
      .fill(`v1,${btoa("x".repeat(32))}`)
      .join(" ");
    for (const source of ["scraper", "nobody"]) {
      await hook("one-hash", body, { source, headers: { "webhook-signature": wrong } });
      expect([sign.mock.calls.length, verify.mock.calls.length]).toEqual([1, 0]);
      sign.mockClear();
    }
    vi.restoreAllMocks();
  });
});

describe("a source", () => {
  it("keeps its old secret for a day after a rotation", async () => {
    const first = (await call<{ secret: string }>("POST", "/api/sources", { id: "rotating" })).body.secret;
    const second = (await call<{ secret: string }>("POST", "/api/sources/rotating/secret")).body.secret;
    expect(second).not.toBe(first);
    const body = { observations: [] };
    expect(await hook("rot-1", body, { source: "rotating", secret: first })).toMatchObject({ status: 202 });
    expect(await hook("rot-2", body, { source: "rotating", secret: second })).toMatchObject({ status: 202 });
    await env.DB.prepare("UPDATE source_secrets SET expires_at = ?1 WHERE expires_at IS NOT NULL")
      .bind(Date.now())
      .run();
    await call("PATCH", "/api/sources/rotating", { name: "Rotating" });
    const old = await hook("rot-3", body, { source: "rotating", secret: first });
    expect(old).toMatchObject({ status: 401, body: { code: "bad_signature" } });
    expect(await hook("rot-4", body, { source: "rotating", secret: second })).toMatchObject({ status: 202 });
  });

  it("whose secret leaked gets a new one, and every old one ends at once", async () => {
    const first = (await call<{ secret: string }>("POST", "/api/sources", { id: "leaky" })).body.secret;
    const second = (await call<{ secret: string }>("POST", "/api/sources/leaky/secret")).body.secret;
    const renew = await call<{ secret: string }>("POST", "/api/sources/leaky/secret", { revokeOld: true });
    expect(renew.status).toBe(201);
    const send = (id: string, by: string) => hook(id, { observations: [] }, { source: "leaky", secret: by });
    expect((await send("leak-1", first)).status).toBe(401);
    expect((await send("leak-2", second)).status).toBe(401);
    expect((await send("leak-3", renew.body.secret)).status).toBe(202);
    expect((await call("POST", "/api/sources/leaky/secret", { revoke: true })).status).toBe(422);
  });

  it("keeps its secrets sealed, and seals those that an earlier version kept as they were", async () => {
    const { secret } = (await call<{ secret: string }>("POST", "/api/sources", { id: "sealed" })).body;
    const kept = () =>
      env.DB.prepare("SELECT secret FROM source_secrets WHERE source_id = 'sealed'").first<string>("secret");
    expect(await kept()).not.toContain(secret.slice(6));
    const send = (id: string) => hook(id, { observations: [] }, { source: "sealed", secret });
    expect((await send("sealed-1")).status).toBe(202);
    await env.DB.prepare("UPDATE source_secrets SET secret = ?1 WHERE source_id = 'sealed'")
      .bind(secret)
      .run();
    for (const id of ["sealed-2", "sealed-3"]) {
      await call("PATCH", "/api/sources/sealed", { name: id });
      expect((await send(id)).status).toBe(202);
      const { vault } = portsOf(env as unknown as Env);
      expect(await sealPlainSecrets({ db: database(env.DB), vault })).toBe(id === "sealed-2" ? 1 : 0);
    }
    expect(await kept()).not.toContain(secret.slice(6));
    await call("DELETE", "/api/sources/sealed");
  });

  it("keeps one old secret at most, however often it is rotated", async () => {
    await call("POST", "/api/sources", { id: "often" });
    for (let i = 0; i < 4; i++) await call("POST", "/api/sources/often/secret");
    const rows = env.DB.prepare("SELECT count(*) AS n FROM source_secrets WHERE source_id = 'often'");
    expect(await rows.first("n")).toBe(2);
    await call("DELETE", "/api/sources/often");
    await call("DELETE", "/api/sources/leaky");
  });

  it("is limited to its rate, with the seconds to wait", async () => {
    const made = await call<{ secret: string }>("POST", "/api/sources", { id: "slow", rateLimit: 2 });
    const send = (id: string) => hook(id, { observations: [] }, { source: "slow", secret: made.body.secret });
    expect((await send("s-1")).status).toBe(202);
    expect((await send("s-2")).status).toBe(202);
    const third = await send("s-3");
    expect(third).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(25);
  });

  it("is limited to its rate over all isolates together", async () => {
    const made = await call<{ secret: string }>("POST", "/api/sources", { id: "spread", rateLimit: 3 });
    const send = (id: string) =>
      hook(id, { observations: [] }, { source: "spread", secret: made.body.secret });
    expect((await send("p-1")).status).toBe(202);
    // what two others have let through meanwhile
    for (let i = 0; i < 2; i++) expect(await inboxOf(env, "spread").takeTurn("spread", 3)).toBe(null);
    const refused = await send("p-2");
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(15);
  });

  it("is created once, changed, listed and deleted", async () => {
    expect(await call("POST", "/api/sources", { id: "scraper" })).toMatchObject({
      status: 409,
      body: { code: "conflict" },
    });
    expect(await call("POST", "/api/sources", { id: "x", colour: 1 })).toMatchObject({ status: 422 });
    expect(await call("PATCH", "/api/sources/slow", { rateLimit: null, name: "Slow" })).toMatchObject({
      ...{ status: 200, body: { id: "slow", name: "Slow", format: "pricewright" } },
    });
    const first = await call<{ items: { id: string }[]; nextCursor: string }>("GET", "/api/sources?limit=1");
    const rest = await call<{ items: { id: string }[] }>(
      "GET",
      `/api/sources?cursor=${first.body.nextCursor}`,
    );
    const ids = [...first.body.items, ...rest.body.items].map(({ id }) => id);
    expect(ids).toEqual(["rotating", "scraper", "slow", "spread"]);
    expect(await call("DELETE", "/api/sources/slow")).toMatchObject({ status: 204 });
    expect(await call("DELETE", "/api/sources/slow")).toMatchObject({ status: 404 });
    const actions = await env.DB.prepare(
      "SELECT action FROM audit WHERE subject = 'source:slow' ORDER BY seq",
    ).all();
    expect(actions.results.map(({ action }) => action)).toEqual([
      "source.create",
      "source.change",
      "source.delete",
    ]);
  });
});
