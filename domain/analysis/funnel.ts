import { DEVICES, type Device } from "../messages/rows.ts";
import { FUNNEL_STEPS, type FunnelRow } from "./sessions.ts";

/** Standard normal quantile of a 95 % interval. */
const Z = 1.959963984540054;

/**
 * The 95 % interval of a share of which `part` of `whole` were seen. Null without any.
 * Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209.
 *
 * @example wilsonInterval(10, 100) // [0.0552, 0.1744]
 */
export function wilsonInterval(part: number, whole: number): [number, number] | null {
  if (whole <= 0) return null;
  const share = part / whole;
  const factor = 1 / (1 + Z ** 2 / whole);
  const middle = factor * (share + Z ** 2 / (2 * whole));
  const half = factor * Z * Math.sqrt((share * (1 - share)) / whole + Z ** 2 / (4 * whole ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** One step of a funnel: events, sessions that did it, and their shares of the base and of the step before. */
export interface FunnelStepShare {
  step: (typeof FUNNEL_STEPS)[number];
  events: number;
  sessions: number;
  /** null for a step before the base, and where there is nothing to divide by */
  ofBase: number | null;
  ofBaseCi95: [number, number] | null;
  ofStepBefore: number | null;
}

type Sums = Omit<FunnelRow, "category" | "device">;

const SESSIONS = ["pageViewSessions", "productViewSessions", "cartSessions", "purchaseSessions"] as const;
const EVENTS = ["pageViews", "productViews", "carts", "purchases"] as const;

/**
 * The steps of a funnel. Its base is the page view, and the product view where page views are not reported or belong to
 * no category: a share of nothing is not known, never a division by 0.
 */
export function funnelSteps(rows: readonly Sums[], base: "page_view" | "product_view"): FunnelStepShare[] {
  const total = (name: keyof Sums) => rows.reduce((sum, row) => sum + row[name], 0);
  const sessions = SESSIONS.map(total);
  const first = base === "page_view" && sessions[0]! > 0 ? 0 : 1;
  const whole = sessions[first]!;
  return FUNNEL_STEPS.map((step, i) => {
    const count = sessions[i]!;
    const before = sessions[i - 1] ?? 0;
    const isKnown = i >= first && whole > 0;
    return {
      ...{ step, events: total(EVENTS[i]!), sessions: count },
      ofBase: isKnown ? count / whole : null,
      // a session may buy without the base, so a count may exceed it
      ofBaseCi95: isKnown && count <= whole ? wilsonInterval(count, whole) : null,
      ofStepBefore: i > first && before > 0 ? count / before : null,
    };
  });
}

/** The funnel's rows by device, in the order of devices; those that nobody used are left out. */
export function byDevice<T extends { device: Device }>(rows: readonly T[]): [Device, T[]][] {
  const groups = Map.groupBy(rows, ({ device }) => device);
  return DEVICES.flatMap((device) =>
    groups.has(device) ? [[device, groups.get(device)!] as const] : [],
  ).map(([device, group]) => [device, group]);
}
