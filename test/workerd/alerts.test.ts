import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bulkInsert } from "../../db/bulk.ts";
import type { Env } from "../../db/env.ts";
import { events } from "../../db/schema.ts";
import { sendContext } from "../../durable/ports.ts";
import { deliverChannel } from "../../services/alerts/deliver-channel.ts";
import { routeAlerts } from "../../services/alerts/route-alerts.ts";
import { tellOfHealth } from "../../services/alerts/tell-of-health.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { runCourier } from "../../services/outgoing/run-courier.ts";
import { addProducts, call, observation, postObservations } from "./support.ts";

interface Request {
  url: string;
  headers: Headers;
  body: Record<string, unknown> & { text?: string; data?: Record<string, unknown> };
}
let received: Request[] = [];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  received = [];
  answer = () => new Response("ok");
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const response = await answer();
    received.push({ url, headers: new Headers(init.headers), body: JSON.parse(String(init.body)) });
    return response;
  });
});
afterEach(async () => {
  await env.DB.batch(
    ["alert_rules", "alert_channels", "alert_messages", "alert_digests", "alert_states", "kept_states"].map(
      (table) => env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
  vi.unstubAllGlobals();
});

const SLACK = { kind: "slack", name: "prices", url: "https://hooks.slack.example/services/T0/B0/secret" };

async function makeChannel(body: Record<string, unknown> = SLACK) {
  const made = await call<{ id: string; secret?: string; hint: string }>("POST", "/api/alert-channels", body);
  expect(made.status).toBe(201);
  return made.body;
}

async function makeRule(channel: string, more: Record<string, unknown> = {}) {
  const body = { name: "undercut", types: ["UNDERCUT"], channels: [channel], ...more };
  const made = await call<{ id: string }>("POST", "/api/alert-rules", body);
  expect(made.status).toBe(201);
  return made.body;
}

/** What a courier works with; its own calls are made by hand, at an instant. */
function contextAt(now: number, wakes: string[] = []) {
  const bound = env as unknown as Env;
  const couriers = { wake: async (target: string) => void wakes.push(target) };
  const ctx = sendContext(bound, serviceContext(bound, systemActor("test"), now));
  return { ...ctx, couriers, clock: () => now, appUrl: "https://prices.example" };
}

/** Signals as a flood of them is projected. */
async function flood(count: number, from = 0): Promise<void> {
  const rows = Array.from({ length: count }, (_, i) => {
    const sku = `FLOOD-${from + i}`;
    const evidence = { oldPrice: "10.00", newPrice: "8.00", ourPrice: "10.00", currency: "EUR" };
    const data = {
      signal: "UNDERCUT",
      sku,
      competitor: "rival",
      priority: 1 + (i % 3),
      severity: 0.5,
      message: "m.",
      evidence,
    };
    return { type: "signal.opened" as const, at: Date.now() + 1_000, sku, subject: `sig_${sku}`, data };
  });
  await env.DB.batch(bulkInsert(env.DB, events, rows));
}

const rowsIn = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n"))!;

describe("an alert", () => {
  it("reaches Slack within a moment of a competitor's move, with the prices and a link", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    await addProducts({ sku: "ALERT-1", price: 10_000 });
    await postObservations("alerts", "alerts-1", [observation("ALERT-1", 80, { competitor: "rival" })]);
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 5_000 });
    expect(received[0]).toMatchObject({
      url: SLACK.url,
      body: { text: expect.stringContaining("UNDERCUT") },
    });
    const blocks = JSON.stringify(received[0]!.body.blocks);
    for (const part of ["80.00 EUR", "100.00 EUR", "rival", "ALERT-1"]) expect(blocks).toContain(part);
    await postObservations("alerts", "alerts-2", [observation("ALERT-1", 80, { competitor: "rival" })]);
    const log = await vi.waitUntil(async () => {
      const { body } = await call<{ items: object[] }>("GET", `/api/alerts?channel=${id}`);
      return body.items.length > 0 && body;
    });
    expect(log.items).toMatchObject([{ outcome: "delivered", channel: id, channelName: "prices" }]);
    expect(await rowsIn("alert_messages")).toBe(0);
  });

  it("is put before a channel once, however often its page is routed and whoever dies half-way", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    await flood(3);
    const now = Date.now() + 2_000;
    const failing = contextAt(now);
    failing.couriers.wake = () => Promise.reject(new Error("the process ends here"));
    await expect(routeAlerts(failing)).rejects.toThrow();
    await routeAlerts(contextAt(now));
    await Promise.all([routeAlerts(contextAt(now)), routeAlerts(contextAt(now))]);
    expect(await rowsIn("alert_messages")).toBe(3);
    await deliverChannel(contextAt(now), id);
    await deliverChannel(contextAt(now), id);
    expect(received).toHaveLength(3);
    const links = received.map(({ body }) => JSON.stringify(body.blocks));
    expect(links[0]).toContain("https://prices.example/products/FLOOD-0");
  });

  it("is tried again after a failure, as its receiver asks, and not lost", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    await flood(1);
    const now = Date.now() + 2_000;
    await routeAlerts(contextAt(now));
    answer = () => new Response("slow down", { status: 429, headers: { "retry-after": "120" } });
    expect(await deliverChannel(contextAt(now), id)).toBe(now + 120_000);
    answer = () => new Response("ok");
    expect(await deliverChannel(contextAt(now + 60_000), id)).toBe(now + 120_000);
    await deliverChannel(contextAt(now + 120_000), id);
    expect(received).toHaveLength(2);
    const { body } = await call<{ items: object[] }>("GET", "/api/alert-channels");
    expect(body.items).toMatchObject([{ failures: 0, lastError: null, waiting: 0 }]);
  });

  it("stays until its channel is turned on again after a day of failures, which is told", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    await flood(1);
    answer = () => Promise.reject(new Error("no route"));
    let next: number | null = Date.now() + 2_000;
    await routeAlerts(contextAt(next));
    while (next !== null) next = await deliverChannel(contextAt(next), id);
    const { body } = await call<{ items: object[] }>("GET", "/api/alert-channels");
    expect(body.items).toMatchObject([{ status: "disabled", reason: "no route", waiting: 1 }]);
    const told = await call<{ items: { data: object }[] }>("GET", "/api/events?type=endpoint.disabled");
    expect(told.body.items.at(-1)!.data).toMatchObject({ id, name: "prices" });
    received = [];
    answer = () => new Response("ok");
    await call("PATCH", `/api/alert-channels/${id}`, { status: "enabled" });
    await vi.waitFor(() => expect(received).toHaveLength(1));
  });
});

describe("a flood", () => {
  it("becomes thirty messages and a digest, whatever its size", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    for (let part = 0; part < 3; part++) await flood(500, part * 500);
    const now = Date.now() + 2_000;
    while ((await runCourier(contextAt(now), "alerts:router")) !== null);
    expect([await rowsIn("alert_messages"), await rowsIn("alert_digests")]).toEqual([30, 1]);
    const due = await deliverChannel(contextAt(now), id);
    expect(received).toHaveLength(30);
    received = [];
    await deliverChannel(contextAt(due!), id);
    expect(received).toHaveLength(1);
    expect(received[0]!.body.text).toContain("1470 alerts");
  });

  it("that waited for a channel that was down becomes one message", async () => {
    const { id } = await makeChannel({ ...SLACK, perHour: 5 });
    await makeRule(id);
    await call("PATCH", `/api/alert-channels/${id}`, { status: "paused" });
    for (let hour = 0; hour < 3; hour++) {
      await flood(5, hour * 5);
      await routeAlerts(contextAt(Date.now() + 2_000 + hour * 3_600_000));
    }
    await call("PATCH", `/api/alert-channels/${id}`, { status: "enabled" });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(received[0]!.body.text).toContain("15 alerts");
  });
});

describe("channels", () => {
  it("keep their addresses sealed, and send each service its own form", async () => {
    const hook = await makeChannel({ kind: "webhook", name: "hook", url: "https://receiver.example/alerts" });
    const made = [
      await makeChannel(),
      await makeChannel({ ...SLACK, kind: "teams" }),
      await makeChannel({ ...SLACK, kind: "discord" }),
      await makeChannel({ kind: "telegram", name: "bot", token: "123:abc", chatId: "-100" }),
      hook,
    ];
    for (const { id } of made)
      expect((await call("POST", `/api/alert-channels/${id}/test`)).body).toMatchObject({ delivered: true });
    expect(received.map(({ url, body }) => [new URL(url).host, Object.keys(body)[0]])).toEqual([
      ["hooks.slack.example", "text"],
      ["hooks.slack.example", "type"],
      ["hooks.slack.example", "username"],
      ["api.telegram.org", "chat_id"],
      ["receiver.example", "id"],
    ]);
    const signed = received.at(-1)!;
    const headers = Object.fromEntries(signed.headers);
    expect(new Webhook(hook.secret!).verify(JSON.stringify(signed.body), headers)).toMatchObject({
      type: "test",
    });
    const { results } = await env.DB.prepare("SELECT * FROM alert_channels").all();
    const audit = await call("GET", "/api/audit?limit=50");
    for (const secret of ["B0/secret", "123:abc", hook.secret!.slice(6)])
      for (const stored of [results, audit.body, made.map(({ secret: _, ...rest }) => rest)])
        expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it("send mails by a JSON API or a relay, or keep them where there is no service", async () => {
    const { id } = await makeChannel({ kind: "email", name: "team", to: ["ada@shop.example"] });
    const base = contextAt(Date.now());
    const service = {
      url: "https://mail.example/send",
      token: "t",
      from: "Pricewright <alerts@shop.example>",
    };
    await makeRule(id);
    await flood(3);
    const now = Date.now() + 2_000;
    await routeAlerts(contextAt(now));
    for (const kind of ["api", "smtp"] as const) {
      const mail = { service: { ...service, kind }, isKept: false };
      await deliverChannel({ ...base, clock: () => now, mail }, id);
      if (kind === "api") await flood(1, 3);
      if (kind === "api") await routeAlerts(contextAt(now));
    }
    expect(received[0]!.headers.get("authorization")).toBe("Bearer t");
    expect(received[0]!.body).toMatchObject({
      from: service.from,
      to: ["ada@shop.example"],
      subject: "UNDERCUT · FLOOD-0",
    });
    const relayed = received.at(-1)!.body as { envelope: object; message: string };
    expect(relayed.envelope).toEqual({ from: "alerts@shop.example", to: ["ada@shop.example"] });
    expect(relayed.message).toMatch(/^Content-Type: text\/html/im);
    await flood(1, 9);
    await routeAlerts(contextAt(now));
    await deliverChannel({ ...base, clock: () => now, mail: { service: null, isKept: true } }, id);
    const kept = await call<{ items: object[] }>("GET", "/api/alerts/mails");
    expect(kept.body.items).toMatchObject([{ to: ["ada@shop.example"], subject: "UNDERCUT · FLOOD-9" }]);
  });

  it("refuse what cannot be sent to, and rules that name no channel, by field", async () => {
    const inner = await call("POST", "/api/alert-channels", { ...SLACK, url: "https://10.0.0.1/" });
    expect(inner.body).toMatchObject({ code: "invalid", errors: [{ path: "url", code: "bad_address" }] });
    const { id } = await makeChannel();
    const wrong = await call("PATCH", `/api/alert-channels/${id}`, { to: ["a@b.example"] });
    expect(wrong.body).toMatchObject({ errors: [{ path: "to", code: "unknown_field" }] });
    const rule = { name: "r", types: ["UNDERCUT"], channels: ["chn_none"] };
    const unknown = await call("POST", "/api/alert-rules", rule);
    expect(unknown.body).toMatchObject({ errors: [{ path: "channels.0", code: "unknown_channel" }] });
    const times = { ...rule, channels: [id], quietHours: { from: "25:00", to: "07:00" } };
    expect((await call("POST", "/api/alert-rules", times)).body).toMatchObject({
      errors: [{ path: "quietHours.from" }],
    });
  });
});

describe("health", () => {
  it("is an event when a part falls ill, and when it is well again", async () => {
    const bound = env as unknown as Env;
    const ctx = serviceContext(env, systemActor("test"));
    await tellOfHealth(bound, ctx);
    await env.DB.prepare("INSERT INTO job_failures VALUES ('apply', 0, 'x')").run();
    expect(await tellOfHealth(bound, ctx)).toBe(1);
    expect(await tellOfHealth(bound, ctx)).toBe(0);
    await env.DB.prepare("DELETE FROM job_failures").run();
    expect(await tellOfHealth(bound, ctx)).toBe(1);
    const told = await call<{ items: { data: object }[] }>("GET", "/api/events?type=health.changed");
    expect(told.body.items.slice(-2).map(({ data }) => data)).toMatchObject([
      { part: "jobs", from: "ok", to: "failing" },
      { part: "jobs", from: "failing", to: "ok" },
    ]);
  });
});
