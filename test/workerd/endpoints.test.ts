import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bulkInsert } from "../../db/bulk.ts";
import type { Env } from "../../db/env.ts";
import { events } from "../../db/schema.ts";
import { DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import { sendContext } from "../../durable/ports.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { deliverEndpoint } from "../../services/outgoing/deliver-endpoint.ts";
import { call } from "./support.ts";

interface Request {
  url: string;
  headers: Headers;
  body: string;
}
interface Endpoint {
  id: string;
  secret: string;
  status: string;
  cursor: number;
  failures: number;
  reason: string | null;
  nextTryAt: string | null;
}

/** What reached the receiver, and how it answers. */
let received: Request[] = [];
let answer: (request: Request) => Response | Promise<Response>;

beforeEach(() => {
  received = [];
  answer = () => new Response("ok");
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const request = { url, headers: new Headers(init.headers), body: String(init.body) };
    const response = await answer(request);
    received.push(request);
    return response;
  });
});
afterEach(async () => {
  await env.DB.prepare("DELETE FROM endpoints").run();
  vi.unstubAllGlobals();
});

const seqOf = ({ body }: Request): number => JSON.parse(body).seq;
const read = async (id: string) => (await call<Endpoint>("GET", `/api/endpoints/${id}`)).body;

async function makeEndpoint(more: Record<string, unknown> = {}): Promise<Endpoint> {
  const { status, body } = await call<Endpoint>("POST", "/api/endpoints", {
    ...{ url: "https://receiver.example/hook", types: ["price.*"], ...more },
  });
  expect(status).toBe(201);
  return body;
}

/** Writes events as a commit does; each is about another SKU unless one is given. */
async function happen(count: number, sku?: string): Promise<void> {
  const rows = Array.from({ length: count }, (_, i) => {
    const name = sku ?? `OUT-${i}`;
    const data = { sku: name, from: 1_000, to: 1_100 + i, currency: "EUR" };
    return { type: "price.applied" as const, at: Date.now(), sku: name, subject: name, data };
  });
  await env.DB.batch(bulkInsert(env.DB, events, rows));
}

/** Does a courier's work as of an instant. */
function deliverAt(id: string, now: number): Promise<number | null> {
  const bound = env as unknown as Env;
  const ctx = { ...sendContext(bound, serviceContext(bound, systemActor("test"), now)), clock: () => now };
  return deliverEndpoint(ctx, id);
}

describe("an endpoint", () => {
  it("is sent a change within a moment, in a form that the receiver's library verifies", async () => {
    const { id, secret } = await makeEndpoint();
    await call("POST", "/api/products", {
      sku: "OUT-P",
      title: "p",
      category: "c",
      currency: "EUR",
      price: "10.00",
    });
    await call("PUT", "/api/products/OUT-P/price", { price: "10.50", reason: "a test" });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    const [{ body, headers, url }] = received as [Request];
    expect(url).toBe("https://receiver.example/hook");
    const message = new Webhook(secret).verify(body, Object.fromEntries(headers)) as Record<string, unknown>;
    expect(message).toMatchObject({
      ...{ type: "price.applied", sku: "OUT-P", id: headers.get("webhook-id") },
      data: { from: "10.00", to: "10.50", currency: "EUR", cause: { kind: "manual" } },
    });
    const log = await call<{ items: unknown[] }>("GET", `/api/endpoints/${id}/deliveries`);
    expect(log.body.items).toMatchObject([{ seq: message.seq, outcome: "delivered", status: 200 }]);
  });

  it("signs by both secrets for a day after a rotation, and by the new one alone if the old one leaked", async () => {
    const { id, secret } = await makeEndpoint();
    const { body: next } = await call<Endpoint>("POST", `/api/endpoints/${id}/secret`);
    await call("POST", `/api/endpoints/${id}/test`);
    const verify = (by: string) => () =>
      new Webhook(by).verify(received.at(-1)!.body, headersOf(received.at(-1)!));
    expect(verify(secret)).not.toThrow();
    expect(verify(next.secret)).not.toThrow();
    const { body: last } = await call<Endpoint>("POST", `/api/endpoints/${id}/secret`, { revokeOld: true });
    await call("POST", `/api/endpoints/${id}/test`);
    expect(verify(next.secret)).toThrow();
    expect(verify(last.secret)).not.toThrow();
    const { results } = await env.DB.prepare("SELECT sealed FROM endpoint_secrets").all();
    expect(JSON.stringify(results)).not.toContain(last.secret.slice(6));
  });

  it("says what a test came to, and refuses an address that is not public", async () => {
    const { id } = await makeEndpoint();
    answer = () => new Response("no such hook", { status: 404 });
    const { body } = await call("POST", `/api/endpoints/${id}/test`);
    expect(body).toMatchObject({ delivered: false, status: 404, error: "404 no such hook" });
    const inner = ["http://receiver.example/", "https://10.0.0.7/", "https://[::1]/", "https://localhost:9/"];
    for (const url of [
      ...inner,
      "https://2130706433/",
      "https://[::ffff:169.254.169.254]/",
      "https://db.internal/",
    ])
      expect((await call("POST", "/api/endpoints", { url })).body, url).toMatchObject({
        ...{ code: "invalid", errors: [{ path: "url", code: "bad_address" }] },
      });
  });
});

const headersOf = ({ headers }: Request) => Object.fromEntries(headers);

describe("a receiver that is down", () => {
  it("gets every event once after a day, in the order of each SKU", async () => {
    const { id } = await makeEndpoint();
    const { cursor } = await read(id);
    let now = Date.now();
    const back = now + DAY_MS - HOUR_MS;
    answer = () => new Response("down", { status: 503 });
    while (now < back) {
      await happen(3);
      await happen(2, "OUT-SAME");
      now = Math.max(now + HOUR_MS, (await deliverAt(id, now)) ?? now);
    }
    const { cursor: stuck, status } = await read(id);
    expect([stuck, status]).toEqual([cursor, "enabled"]);
    received = [];
    answer = () => new Response("ok");
    await deliverAt(id, now + HOUR_MS);
    const { newest } = (await call<{ newest: number }>("GET", "/api/events")).body;
    const seqs = received.map(seqOf);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(range(cursor + 1, newest));
    const same = received.filter(({ body }) => JSON.parse(body).sku === "OUT-SAME").map(seqOf);
    expect(same).toEqual(same.toSorted((a, b) => a - b));
    await deliverAt(id, now + HOUR_MS);
    expect(received).toHaveLength(seqs.length);
  });

  it("is turned off after the tries of about a day, with a notice; turned on again, it goes on", async () => {
    const { id } = await makeEndpoint({ name: "shop" });
    answer = () => Promise.reject(new Error("connection refused"));
    await happen(2);
    const began = Date.now();
    let next: number | null = began;
    let at = began;
    while (next !== null) {
      at = next;
      next = await deliverAt(id, at);
    }
    expect(at - began).toBeGreaterThan(20 * HOUR_MS);
    expect(await read(id)).toMatchObject({ status: "disabled", reason: "connection refused", failures: 11 });
    const told = await call<{ items: { data: unknown }[] }>("GET", "/api/events?type=endpoint.disabled");
    expect(told.body.items.at(-1)!.data).toMatchObject({ id, name: "shop", reason: "connection refused" });
    received = [];
    answer = () => new Response("ok");
    await call("PATCH", `/api/endpoints/${id}`, { status: "enabled" });
    await vi.waitFor(() => expect(received).toHaveLength(2));
  });

  it("that wants no more is turned off at once", async () => {
    const { id } = await makeEndpoint();
    answer = () => new Response(null, { status: 410 });
    await happen(1);
    expect(await deliverAt(id, Date.now())).toBeNull();
    expect(await read(id)).toMatchObject({ status: "disabled", failures: 1 });
  });
});

describe("an event that a receiver refuses", () => {
  it("is left out after five tries if the receiver takes others, which arrive once", async () => {
    const { id } = await makeEndpoint();
    const { cursor } = await read(id);
    await happen(12);
    const bad = cursor + 3;
    answer = (request) => new Response(null, { status: seqOf(request) === bad ? 422 : 204 });
    let next: number | null = Date.now();
    while (next !== null) next = await deliverAt(id, next);
    const seqs = received.map(seqOf);
    expect(seqs.filter((seq) => seq === bad)).toHaveLength(5);
    expect(seqs.filter((seq) => seq !== bad).toSorted((a, b) => a - b)).toEqual(
      range(cursor + 1, cursor + 12).filter((seq) => seq !== bad),
    );
    expect(await read(id)).toMatchObject({ status: "enabled", failures: 0, cursor: cursor + 12 });
    const log = await call<{ items: { seq: number }[] }>(
      "GET",
      `/api/endpoints/${id}/deliveries?outcome=given_up`,
    );
    expect(log.body.items.map(({ seq }) => seq)).toEqual([bad]);
  });
});

describe("sending again", () => {
  it("starts after the number that is asked for", async () => {
    const { id, cursor } = await makeEndpoint();
    await happen(4);
    await deliverAt(id, Date.now());
    received = [];
    await call("POST", `/api/endpoints/${id}/resend`, { since: cursor + 2 });
    await vi.waitFor(() => expect(received.map(seqOf)).toEqual([cursor + 3, cursor + 4]));
  });

  it("keeps the new place if it is asked for while messages are under way", async () => {
    const { id, cursor } = await makeEndpoint();
    await happen(3);
    answer = async () => {
      await env.DB.prepare("UPDATE endpoints SET cursor = ?1 WHERE id = ?2 AND cursor < ?1")
        .bind(cursor + 2, id)
        .run();
      return new Response("ok");
    };
    await deliverAt(id, Date.now());
    expect((await read(id)).cursor).toBe(cursor + 3);
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
