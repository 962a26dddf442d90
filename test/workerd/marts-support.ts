import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Env } from "../../db/env.ts";
import { addVisit, funnelOf, type SessionDays, sessionRowsOf } from "../../domain/analysis/sessions.ts";
import { uniform } from "../../domain/base/keyed-random.ts";
import { DEVICES, EVENT_TYPES } from "../../domain/messages/rows.ts";
import { martSources, portsOf } from "../../durable/ports.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { deliver } from "../../services/ingest/deliver.ts";
import { rollUpMarts } from "../../services/marts/roll-up.ts";
import { call, receiptOf } from "./support.ts";

export const DAY = 86_400_000;
export const HOUR = 3_600_000;

export const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** An event as it is posted, with its time in ms. */
export interface PostedEvent {
  id: string;
  type: (typeof EVENT_TYPES)[number];
  sku?: string;
  sessionId: string;
  customerId?: string;
  device?: "mobile" | "desktop" | "tablet";
  quantity?: number;
  price?: string;
  at: number;
}

/** Events of a few sessions over two and a half days, some without a product, drawn from a seed. */
export function drawEvents(seed: number, count: number, skus: readonly string[], now: number): PostedEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const draw = (stream: number) => uniform(seed, i, stream);
    const pick = <T>(values: readonly T[], stream: number) =>
      values[Math.floor(draw(stream) * values.length)]!;
    const type = pick(EVENT_TYPES, 1);
    const isShops = (type === "page_view" || type === "search") && draw(2) < 0.6;
    const session = Math.floor(draw(3) * 25);
    const device = pick(DEVICES, 4);
    const isOrder = type === "purchase" || type === "refund";
    return {
      ...{ id: `drawn-${seed}-${i}`, type, sessionId: `session-${session}` },
      ...(isShops ? {} : { sku: pick(skus, 5) }),
      ...(device === "unknown" ? {} : { device }),
      ...(isOrder && draw(6) < 0.8 ? { customerId: `customer-${session % 9}` } : {}),
      ...(isOrder
        ? { quantity: 1 + Math.floor(draw(7) * 3), price: `${5 + Math.floor(draw(8) * 20)}.00` }
        : {}),
      at: now - Math.floor(draw(9) * 2.5 * DAY),
    };
  });
}

export async function postEvents(batchId: string, events: readonly PostedEvent[]) {
  const rows = events.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
  const { status } = await call("POST", "/api/ingest/events", { source: "shop", batchId, events: rows });
  expect(status).toBe(202);
  return receiptOf(batchId, "done", "shop");
}

export async function postDemand(batchId: string, rows: readonly object[]) {
  const { status } = await call("POST", "/api/ingest/demand", { source: "shop", batchId, rows });
  expect(status).toBe(202);
  return receiptOf(batchId, "done", "shop");
}

/** Views and carts are projected some minutes after they came. */
const PROJECTED_AFTER_MS = 11 * 60_000;

/** The hourly pass, now or some time later, once what waits is projected. Answers the rows that it wrote. */
export async function rollUp(skus: readonly string[], laterMs = 0): Promise<number> {
  const now = Date.now() + laterMs;
  const ports = portsOf(env as unknown as Env);
  const waitUntil = () => undefined;
  const wakeUp = { type: "reproject" as const, skus: [...skus] };
  await deliver({ d1: env.DB, ports, now: now + PROJECTED_AFTER_MS, waitUntil }, [wakeUp]);
  let written = 0;
  const d1 = new Proxy(env.DB, {
    get(target, name) {
      if (name !== "batch") return Reflect.get(target, name).bind(target);
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        for (const { meta } of results) written += meta.rows_written;
        return results;
      };
    },
  });
  const ctx = serviceContext({ ...env, DB: d1 }, systemActor("test"), now);
  await rollUpMarts({ ...ctx, sources: martSources(env as unknown as Env) });
  return written;
}

export async function martRows<Row = Record<string, unknown>>(name: string, query = ""): Promise<Row[]> {
  const { status, body } = await call<{ items: Row[] }>("GET", `/api/marts/${name}${query}`);
  expect(status).toBe(200);
  return body.items;
}

/** The funnel and the sessions of each day, straight from the accepted events. */
export function sessionsFrom(events: readonly PostedEvent[], categoryOf: (sku: string) => string) {
  const names = [...new Set(events.map(({ sessionId }) => sessionId))];
  return [...Map.groupBy(events, ({ at }) => dayOf(at))].map(([day, group]) => {
    const sessions: SessionDays = new Map();
    for (const { sku, sessionId, type, at, device = "unknown" } of group)
      addVisit(sessions, {
        ...{ visitor: names.indexOf(sessionId), at, type, device },
        category: sku === undefined ? null : categoryOf(sku),
      });
    return { day, funnel: funnelOf(sessions), sessions: sessionRowsOf(sessions) };
  });
}

/** Rows in an order of their own, to be compared. */
export function sorted(rows: readonly object[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))),
    )
    .sort();
}
