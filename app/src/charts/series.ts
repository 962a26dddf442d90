import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../domain/base/time.ts";
import type { LedgerEntry } from "../../../domain/contract/decisions.ts";
import type { DemandDay, Offer, TrendPoint } from "../../../domain/contract/market.ts";
import { COMPETITORS_MAX } from "./options.ts";

export interface ChartPoint {
  x: number;
  y: number;
}

export interface NamedSeries {
  name: string;
  points: ChartPoint[];
}

export interface DemandBar {
  x: number;
  units: number;
  promo: boolean;
}

export interface TimeRange {
  from: number;
  to: number;
}

function within(range: TimeRange) {
  return (point: { x: number }) => point.x >= range.from && point.x <= range.to;
}

/** The middle of a civil day on the chart's axis. */
function noon(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS / 2;
}

/** Units sold per day, in the middle of each day. */
export function demandBars(days: readonly DemandDay[], range: TimeRange): DemandBar[] {
  return days
    .map((d) => ({ x: noon(d.day), units: d.units, promo: d.promo }))
    .filter(within({ from: range.from, to: range.to + DAY_MS }))
    .sort((a, b) => a.x - b.x);
}

/**
 * Our price over time: the price of each day's sales until the ledger begins, then the ledger's exact changes, and the
 * served price at the end of the range. Drawn as steps: a price lasts until the next point.
 */
export function ourPrice(
  days: readonly DemandDay[],
  ledger: readonly LedgerEntry[],
  served: string,
  range: TimeRange,
): ChartPoint[] {
  const changes = ledger.map((e) => ({ x: Date.parse(e.at), y: Number(e.to) })).sort((a, b) => a.x - b.x);
  const ledgerBegins = changes[0]?.x ?? Number.POSITIVE_INFINITY;
  const sold = days
    .map((d) => ({ x: noon(d.day), y: Number(d.price) }))
    .filter((p) => p.x < ledgerBegins)
    .sort((a, b) => a.x - b.x);
  const all = [...sold, ...changes];
  const inside = all.filter(within(range));
  const before = all.filter((p) => p.x < range.from).at(-1);
  const start = before ? [{ x: range.from, y: before.y }] : [];
  return [...start, ...inside, { x: range.to, y: Number(served) }];
}

const WINDOW_MS = { "5m": 5 * MINUTE_MS, "1h": HOUR_MS, "1d": DAY_MS } as const;

/**
 * Competitors' average prices, each in the middle of its window and ending with the latest offer: the COMPETITORS_MAX
 * cheapest by latest price. `hidden` counts the others.
 */
export function competitorSeries(
  trend: readonly TrendPoint[],
  offers: readonly Offer[],
  window: keyof typeof WINDOW_MS,
  range: TimeRange,
): { series: NamedSeries[]; hidden: number } {
  const byName = new Map<string, ChartPoint[]>();
  const add = (name: string, point: ChartPoint) => {
    const points = byName.get(name);
    if (points) points.push(point);
    else byName.set(name, [point]);
  };
  for (const p of trend) add(p.competitor, { x: Date.parse(p.at) + WINDOW_MS[window] / 2, y: Number(p.avg) });
  for (const o of offers) add(o.competitor, { x: Date.parse(o.observedAt), y: Number(o.price) });
  const all = [...byName]
    .map(([name, points]) => ({
      name,
      points: points.filter(within(range)).sort((a, b) => a.x - b.x),
    }))
    .filter((s) => s.points.length > 0);
  const latest = (s: NamedSeries) => s.points.at(-1)?.y ?? 0;
  all.sort((a, b) => latest(a) - latest(b) || a.name.localeCompare(b.name));
  return { series: all.slice(0, COMPETITORS_MAX), hidden: Math.max(0, all.length - COMPETITORS_MAX) };
}
