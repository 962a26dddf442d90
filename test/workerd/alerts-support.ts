import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { bulkInsert } from "../../db/bulk.ts";
import type { Env } from "../../db/env.ts";
import { events } from "../../db/schema.ts";
import { sendContext } from "../../durable/ports.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { call } from "./support.ts";

interface Request {
  url: string;
  headers: Headers;
  body: Record<string, unknown> & { text?: string; data?: Record<string, unknown> };
}

/** Whoever alerts are sent to: what came, and how it answers. */
export const receiver = {
  received: [] as Request[],
  answer: (): Response | Promise<Response> => new Response("ok"),
};

/** Every test of the file has a receiver of its own, and leaves no alerts behind. */
export function useReceiver(): void {
  beforeEach(() => {
    receiver.received = [];
    receiver.answer = () => new Response("ok");
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      const response = await receiver.answer();
      receiver.received.push({
        url,
        headers: new Headers(init.headers),
        body: JSON.parse(String(init.body)),
      });
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
}

export const SLACK = {
  kind: "slack",
  name: "prices",
  url: "https://hooks.slack.example/services/T0/B0/secret",
};

export async function makeChannel(body: Record<string, unknown> = SLACK) {
  const made = await call<{ id: string; secret?: string; hint: string }>("POST", "/api/alert-channels", body);
  expect(made.status).toBe(201);
  return made.body;
}

export async function makeRule(channel: string, more: Record<string, unknown> = {}) {
  const body = { name: "undercut", types: ["UNDERCUT"], channels: [channel], ...more };
  const made = await call<{ id: string }>("POST", "/api/alert-rules", body);
  expect(made.status).toBe(201);
  return made.body;
}

/** What a courier works with; its own calls are made by hand, at an instant. */
export function contextAt(now: number, wakes: string[] = []) {
  const bound = env as unknown as Env;
  const couriers = { wake: async (target: string) => void wakes.push(target) };
  const ctx = sendContext(bound, serviceContext(bound, systemActor("test"), now));
  return { ...ctx, couriers, clock: () => now, appUrl: "https://prices.example" };
}

/** Signals as a flood of them is projected. */
export async function flood(count: number, from = 0): Promise<void> {
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

export const rowsIn = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n"))!;
