import { eq, ne } from "drizzle-orm";
import { dailyFunnel } from "../../db/schema.ts";
import { byDevice, type FunnelStepShare, funnelSteps } from "../../domain/analysis/funnel.ts";
import { SESSION_CLASSES } from "../../domain/analysis/sessions.ts";
import type { Device } from "../../domain/messages/rows.ts";
import type { ServiceContext } from "../context.ts";
import { sumMart } from "../marts/sum-mart.ts";

interface FunnelQuery {
  from: string;
  to: string;
  category?: string | undefined;
  device?: Device | undefined;
}

/** Sessions with and without a purchase, and what they did on average. */
interface SessionGroup {
  converted: boolean;
  sessions: number;
  meanEvents: number | null;
  meanMinutes: number | null;
  meanEventTypes: number | null;
}

/** How far the sessions of a span of days came. */
export interface FunnelAnalysis {
  from: string;
  to: string;
  steps: FunnelStepShare[];
  shopPageViews: number;
  devices: { device: Device; sessions: number; steps: FunnelStepShare[]; conversion: number | null }[];
  categories: { category: string; steps: FunnelStepShare[] }[];
  hours: { hour: number; views: number; carts: number; purchases: number }[];
  topPurchaseHours: number[];
  /** what shoppers did, by kind */
  events: { type: (typeof EVENT_SUMS)[number]; count: number }[];
  groups: SessionGroup[];
  histogram: { eventsFrom: number; eventsTo: number | null; sessions: number; converted: number }[];
}

const TOP_HOURS = 3;
const FUNNEL_SUMS = [
  ...(["pageViews", "shopPageViews", "productViews", "carts", "purchases"] as const),
  ...(["pageViewSessions", "productViewSessions", "cartSessions", "purchaseSessions"] as const),
  ...(["cartAfterView", "purchaseAfterCart"] as const),
] as const;
const SESSION_SUMS = ["sessions", "events", "seconds", "eventTypes"] as const;
/** Kinds of shop events. */
const EVENT_SUMS = ["views", "searches", "comparisons", "carts", "removals", "purchases", "refunds"] as const;
const SECONDS_PER_MINUTE = 60;

/** Reads the funnel of a span of days: of the whole shop, or of one category or device. */
export async function readFunnel(ctx: ServiceContext, query: FunnelQuery): Promise<FunnelAnalysis> {
  const { from, to, category, device } = query;
  const span = { from, to };
  const ofDevice = device === undefined ? undefined : eq(dailyFunnel.device, device);
  const [whole, parts, sessions, hours] = await Promise.all([
    sumMart(
      ctx,
      "daily-funnel",
      { ...span, category: category ?? "" },
      { by: ["device"], sums: FUNNEL_SUMS },
      [ofDevice],
    ),
    sumMart(ctx, "daily-funnel", span, { by: ["category"], sums: FUNNEL_SUMS }, [
      ofDevice,
      ne(dailyFunnel.category, ""),
    ]),
    sumMart(ctx, "daily-sessions", span, { by: ["device", "converted", "eventsFrom"], sums: SESSION_SUMS }),
    sumMart(ctx, "hourly-demand", { ...span, category }, { by: ["hour"], sums: EVENT_SUMS }),
  ]);
  const base = category === undefined ? "page_view" : "product_view";
  const counted = sessions.filter((row) => device === undefined || row.device === device);
  return {
    ...span,
    steps: funnelSteps(whole, base),
    shopPageViews: whole.reduce((sum, row) => sum + row.shopPageViews, 0),
    devices: byDevice(whole).map(([name, rows]) => deviceFunnel(name, rows, base, sessions)),
    categories: parts
      .map((row) => ({ category: row.category, steps: funnelSteps([row], "product_view") }))
      .sort((a, b) => b.steps[1]!.sessions - a.steps[1]!.sessions),
    ...volumes(hours),
    events: EVENT_SUMS.map((type) => ({ type, count: total(hours, type) })),
    groups: [true, false].map((converted) => groupOf(counted, converted)),
    histogram: histogramOf(counted),
  };
}

type Columns<Names extends readonly string[]> = Record<Names[number], number>;
type SessionRow = Columns<typeof SESSION_SUMS> & { device: Device; converted: boolean; eventsFrom: number };
type FunnelRow = Columns<typeof FUNNEL_SUMS> & { device: Device };
type HourRow = Columns<typeof EVENT_SUMS> & { hour: number };

function deviceFunnel(
  device: Device,
  rows: FunnelRow[],
  base: "page_view" | "product_view",
  sessions: readonly SessionRow[],
): FunnelAnalysis["devices"][number] {
  const own = sessions.filter((row) => row.device === device);
  const all = total(own, "sessions");
  const bought = total(
    own.filter(({ converted }) => converted),
    "sessions",
  );
  return { device, sessions: all, steps: funnelSteps(rows, base), conversion: all > 0 ? bought / all : null };
}

function volumes(rows: readonly HourRow[]): Pick<FunnelAnalysis, "hours" | "topPurchaseHours"> {
  const hours = rows.map(({ hour, views, carts, purchases }) => ({ hour, views, carts, purchases }));
  const ranked = hours.filter(({ purchases }) => purchases > 0).sort((a, b) => b.purchases - a.purchases);
  return { hours, topPurchaseHours: ranked.slice(0, TOP_HOURS).map(({ hour }) => hour) };
}

function groupOf(rows: readonly SessionRow[], converted: boolean): SessionGroup {
  const own = rows.filter((row) => row.converted === converted);
  const sessions = total(own, "sessions");
  const mean = (name: "events" | "seconds" | "eventTypes") =>
    sessions > 0 ? total(own, name) / sessions : null;
  const seconds = mean("seconds");
  return {
    converted,
    sessions,
    meanEvents: mean("events"),
    meanMinutes: seconds === null ? null : seconds / SECONDS_PER_MINUTE,
    meanEventTypes: mean("eventTypes"),
  };
}

function histogramOf(rows: readonly SessionRow[]): FunnelAnalysis["histogram"] {
  return SESSION_CLASSES.map((eventsFrom, i) => {
    const own = rows.filter((row) => row.eventsFrom === eventsFrom);
    const next = SESSION_CLASSES[i + 1];
    return {
      eventsFrom,
      eventsTo: next === undefined ? null : next - 1,
      sessions: total(own, "sessions"),
      converted: total(
        own.filter(({ converted }) => converted),
        "sessions",
      ),
    };
  });
}

function total<Name extends string>(rows: readonly Record<Name, number>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}
