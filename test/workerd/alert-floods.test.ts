import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Env } from "../../db/env.ts";
import { deliverChannel } from "../../services/alerts/deliver-channel.ts";
import { routeAlerts } from "../../services/alerts/route-alerts.ts";
import { tellOfHealth } from "../../services/alerts/tell-of-health.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { runCourier } from "../../services/outgoing/run-courier.ts";
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
import { call } from "./support.ts";

useReceiver();

describe("a flood", () => {
  it("becomes thirty messages and a digest, whatever its size", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    for (let part = 0; part < 3; part++) await flood(500, part * 500);
    const now = Date.now() + 2_000;
    while ((await runCourier(contextAt(now), "alerts:router")) !== null);
    expect([await rowsIn("alert_messages"), await rowsIn("alert_digests")]).toEqual([30, 1]);
    const due = await deliverChannel(contextAt(now), id);
    expect(receiver.received).toHaveLength(30);
    receiver.received = [];
    await deliverChannel(contextAt(due!), id);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]!.body.text).toContain("1470 alerts");
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
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
    expect(receiver.received[0]!.body.text).toContain("15 alerts");
  });

  it("tells nothing twice and loses nothing where answers are lost and alerts come meanwhile", async () => {
    const { id } = await makeChannel({
      kind: "webhook",
      name: "slow",
      url: "https://a.example/",
      perHour: 5,
    });
    await makeRule(id);
    const later = (hours: number) => Date.now() + 2_000 + hours * 3_600_000;
    const more = async (hour: number) => {
      await flood(5, hour * 5);
      await routeAlerts(contextAt(later(hour)));
    };
    // the receiver gets each message, and its answer comes too late
    receiver.answer = () => new Response("busy", { status: 503 });
    for (let hour = 0; hour < 2; hour++) {
      await more(hour);
      await deliverChannel(contextAt(later(hour)), id);
    }
    await more(2);
    // more alerts come while a digest is on its way
    let isFirst = true;
    receiver.answer = async () => {
      if (isFirst) await more(3);
      isFirst = false;
      return new Response("ok");
    };
    for (let hour = 3; hour < 6; hour++) await deliverChannel(contextAt(later(hour)), id);
    const told = new Map(receiver.received.map(({ body }) => [body.id, body]));
    const alerts = [...told.values()].map(({ type, data }) => (type === "alert" ? 1 : Number(data!.total)));
    expect(alerts.reduce((sum, one) => sum + one, 0)).toBe(20);
    expect([await rowsIn("alert_messages"), await rowsIn("alert_digests")]).toEqual([0, 0]);
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

  it("names how many endpoints and channels are failing, or were turned off because they did", async () => {
    const { id } = await makeChannel();
    await makeRule(id);
    const endpoints = async () =>
      (await call<{ parts: { endpoints: object } }>("GET", "/api/health")).body.parts.endpoints;
    const before = await endpoints();
    await env.DB.prepare("UPDATE alert_channels SET failures = 3").run();
    expect(await endpoints()).toMatchObject({
      status: "stale",
      detail: expect.stringContaining("1 failing"),
    });
    await env.DB.prepare("UPDATE alert_channels SET status = 'paused'").run();
    expect(await endpoints()).toEqual(before);
  });
});
