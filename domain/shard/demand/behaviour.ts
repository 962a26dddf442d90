import { HOUR_MS } from "../../base/time.ts";
import { DEVICES, type Device } from "../../messages/rows.ts";
import type { ActivityDay } from "./activity.ts";
import { COUNTED, type Counted, type Counters, countOf, sumCounters } from "./counters.ts";

/** Counts of a window and the rates between them; a rate over nothing is 0. */
export interface Behaviour extends Record<Counted, number> {
  /** searches per view */
  searchRate: number;
  /** additions to the cart per search */
  searchCartRate: number;
  /** purchases per addition to the cart */
  cartPurchaseRate: number;
  /** purchases per view */
  conversion: number;
  /** price comparisons per view */
  viewCompareRate: number;
  /** mean time on the page over the events that carry it */
  avgDwellSeconds: number;
}

/** Names the counts and derives the rates. */
export function behaviourOf(counters: Counters): Behaviour {
  const counts = Object.fromEntries(COUNTED.map((name) => [name, countOf(counters, name)])) as Record<
    Counted,
    number
  >;
  return {
    ...counts,
    searchRate: ratio(counts.searches, counts.views),
    searchCartRate: ratio(counts.carts, counts.searches),
    cartPurchaseRate: ratio(counts.purchases, counts.carts),
    conversion: ratio(counts.purchases, counts.views),
    viewCompareRate: ratio(counts.comparisons, counts.views),
    avgDwellSeconds: ratio(counts.dwellSeconds, counts.dwells),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1e4) / 1e4;
}

export const BEHAVIOUR_WINDOWS = ["5m", "1h", "1d"] as const;
export type BehaviourWindow = (typeof BEHAVIOUR_WINDOWS)[number];

/** A window of time with what shoppers did in it. `at`: its start, ms. */
export interface BehaviourPoint {
  at: number;
  behaviour: Behaviour;
}

/** The windows in which anything happened, oldest first. Five minutes come from buckets, longer windows from days. */
export function behaviourWindows(
  window: BehaviourWindow,
  buckets: readonly { at: number; counters: Counters }[],
  days: readonly DayBehaviour[],
): BehaviourPoint[] {
  return windowCounters(window, buckets, days)
    .sort((a, b) => a.at - b.at)
    .map(({ at, counters }) => ({ at, behaviour: behaviourOf(counters) }));
}

function windowCounters(
  window: BehaviourWindow,
  buckets: readonly { at: number; counters: Counters }[],
  days: readonly DayBehaviour[],
): { at: number; counters: Counters }[] {
  if (window === "5m") return [...buckets];
  if (window === "1d")
    return days.map(({ start, hours }) => ({ at: start, counters: sumCounters(hours.values()) }));
  return days.flatMap(({ start, hours }) =>
    [...hours].map(([hour, counters]) => ({ at: start + hour * HOUR_MS, counters })),
  );
}

/** What shoppers did on one day: counters by hours since the day began, and by device. */
export interface DayBehaviour {
  start: number;
  hours: Map<number, Counters>;
  devices: Map<Device, Counters>;
}

/** The packed form: counters in the order of `COUNTED`; `s` = start of the day, ms. */
interface Packed {
  s: number;
  h: [hour: number, ...counters: number[]][];
  d: [device: number, ...counters: number[]][];
}

/** A day's counters as one short text, so that a day costs one row whatever its hours. */
export function packBehaviour({ start, hours, devices }: ActivityDay): string {
  const packed: Packed = {
    s: start,
    h: [...hours].sort(([a], [b]) => a - b).map(([hour, counters]) => [hour, ...counters]),
    d: DEVICES.flatMap((device, i) => (devices.has(device) ? [[i, ...devices.get(device)!]] : [])),
  };
  return JSON.stringify(packed);
}

/** The day's counters again. */
export function unpackBehaviour(text: string): DayBehaviour {
  const { s, h, d } = JSON.parse(text) as Packed;
  return {
    start: s,
    hours: new Map(h.map(([hour, ...counters]) => [hour, full(counters)])),
    devices: new Map(d.map(([device, ...counters]) => [DEVICES[device] ?? "unknown", full(counters)])),
  };
}

/** A day that was packed before a counter was added lacks it. */
function full(counters: number[]): Counters {
  return COUNTED.map((_, i) => counters[i] ?? 0);
}
