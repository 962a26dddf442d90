import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { describe, expect, it, vi } from "vitest";
import { deliverChannel } from "../../services/alerts/deliver-channel.ts";
import { routeAlerts } from "../../services/alerts/route-alerts.ts";
import {
  contextAt,
  flood,
  makeChannel,
  makeRule,
  receiver,
  rowsIn,
  SLACK,
  useReceiver,
} from "./alerts-support.ts";
import { addProducts, call, observation, postObservations } from "./support.ts";

useReceiver();

describe("an alert", () => {
  it("reaches Slack within a moment of a competitor's move, with the prices and a link", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    await addProducts({ sku: "ALERT-1", price: 10_000 });
    await postObservations("alerts", "alerts-1", [observation("ALERT-1", 80, { competitor: "rival" })]);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 5_000 });
    expect(receiver.received[0]).toMatchObject({
      url: SLACK.url,
      body: { text: expect.stringContaining("UNDERCUT") },
    });
    const blocks = JSON.stringify(receiver.received[0]!.body.blocks);
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
    expect(receiver.received).toHaveLength(3);
    const links = receiver.received.map(({ body }) => JSON.stringify(body.blocks));
    expect(links[0]).toContain("https://prices.example/products/FLOOD-0");
  });

  it("is tried again after a failure, as its receiver asks, and not lost", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    await flood(1);
    const now = Date.now() + 2_000;
    await routeAlerts(contextAt(now));
    receiver.answer = () => new Response("slow down", { status: 429, headers: { "retry-after": "120" } });
    expect(await deliverChannel(contextAt(now), id)).toBe(now + 120_000);
    receiver.answer = () => new Response("ok");
    expect(await deliverChannel(contextAt(now + 60_000), id)).toBe(now + 120_000);
    await deliverChannel(contextAt(now + 120_000), id);
    expect(receiver.received).toHaveLength(2);
    const { body } = await call<{ items: object[] }>("GET", "/api/alert-channels");
    expect(body.items).toMatchObject([{ failures: 0, lastError: null, waiting: 0 }]);
  });

  it("stays until its channel is turned on again after a day of failures, which is told", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    await flood(1);
    receiver.answer = () => Promise.reject(new Error("no route"));
    let next: number | null = Date.now() + 2_000;
    await routeAlerts(contextAt(next));
    while (next !== null) next = await deliverChannel(contextAt(next), id);
    const { body } = await call<{ items: object[] }>("GET", "/api/alert-channels");
    expect(body.items).toMatchObject([{ status: "disabled", reason: "no route", waiting: 1 }]);
    const told = await call<{ items: { data: object }[] }>("GET", "/api/events?type=endpoint.disabled");
    expect(told.body.items.at(-1)!.data).toMatchObject({ id, name: "prices" });
    receiver.received = [];
    receiver.answer = () => new Response("ok");
    await call("PATCH", `/api/alert-channels/${id}`, { status: "enabled" });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
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
    expect(receiver.received.map(({ url, body }) => [new URL(url).host, Object.keys(body)[0]])).toEqual([
      ["hooks.slack.example", "text"],
      ["hooks.slack.example", "type"],
      ["hooks.slack.example", "username"],
      ["api.telegram.org", "chat_id"],
      ["receiver.example", "id"],
    ]);
    const signed = receiver.received.at(-1)!;
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
    expect(receiver.received[0]!.headers.get("authorization")).toBe("Bearer t");
    expect(receiver.received[0]!.body).toMatchObject({
      from: service.from,
      to: ["ada@shop.example"],
      subject: "UNDERCUT · FLOOD-0",
    });
    const relayed = receiver.received.at(-1)!.body as { envelope: object; message: string };
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
