import { gammaP } from "../base/special-functions.ts";
import type { Lift } from "./estimate.ts";

/** Differences below which no guard speaks and no test is decided before its planned end. */
export const LEAST_DIFFERENCES = 20;

/** The largest harm that a test may do, as shares of what the control does. */
export interface Guards {
  profit: number;
  units: number;
  /** fall of the gross margin, in points: .02 = 2 points */
  margin: number;
  /** rise of the share of days sold out */
  stockOuts: number;
}

export interface ArmResult {
  arm: number;
  profit: Lift;
  units: Lift;
  /** gross margin of arm and control, 0..1 */
  margin: { arm: number | null; control: number | null };
  /** share of days sold out of arm and control */
  soldOut: { arm: number; control: number };
}

export type StopReason =
  | "winner"
  | "loser"
  | "guard_profit"
  | "guard_units"
  | "guard_margin"
  | "guard_stock_outs"
  | "sample_ratio"
  | "planned_end";

/** Level of each guard: seldom enough that four of them stop few tests that harm nothing. */
export const GUARD_LEVEL = 0.01;

/**
 * Why a test stops now, or null: an arm does more harm than allowed with certainty, an arm is decided, the arms are not of
 * the size that chance gives, or the planned time is over. `guardLifts` are the same lifts at the guards' level.
 */
export function stopReason(
  results: readonly ArmResult[],
  guardResults: readonly ArmResult[],
  {
    guards,
    alpha,
    sizes,
    isOver,
  }: { guards: Guards; alpha: number; sizes: readonly number[]; isOver: boolean },
): StopReason | null {
  if (sampleRatioP(sizes) < 0.001) return "sample_ratio";
  for (const one of guardResults) {
    const reason = brokenGuard(one, guards);
    if (reason !== null) return reason;
  }
  // Holm: the smallest p-value has to be below alpha over the number of arms
  const compared = results.length;
  const decided = results
    .filter(({ profit }) => profit.n >= LEAST_DIFFERENCES)
    .sort((a, b) => a.profit.p - b.profit.p)[0];
  if (decided && decided.profit.p <= alpha / compared) return decided.profit.effect > 0 ? "winner" : "loser";
  return isOver ? "planned_end" : null;
}

/** A guard is broken if even the favourable end of the interval is below the allowed harm. */
function brokenGuard({ profit, units, margin, soldOut }: ArmResult, guards: Guards): StopReason | null {
  if (profit.n < LEAST_DIFFERENCES) return null;
  if (profit.relativeInterval !== null && profit.relativeInterval[1] < -guards.profit) return "guard_profit";
  if (units.relativeInterval !== null && units.relativeInterval[1] < -guards.units) return "guard_units";
  const isLower = profit.interval[1] < 0;
  if (
    isLower &&
    margin.arm !== null &&
    margin.control !== null &&
    margin.control - margin.arm > guards.margin
  )
    return "guard_margin";
  if (isLower && soldOut.arm - soldOut.control > guards.stockOuts) return "guard_stock_outs";
  return null;
}

/**
 * Chi-square test that arms of the same share have the sizes they have.
 *
 * @example
 * sampleRatioP([50, 50]) // 1
 */
export function sampleRatioP(sizes: readonly number[]): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0 || sizes.length < 2) return 1;
  const expected = total / sizes.length;
  const chi = sizes.reduce((sum, size) => sum + (size - expected) ** 2 / expected, 0);
  return chi === 0 ? 1 : 1 - gammaP((sizes.length - 1) / 2, chi / 2);
}
