import { normalCdf, normalQuantile } from "../base/normal.ts";
import type { Periods } from "./assignment.ts";
import { chanceBound } from "./confidence-sequence.ts";
import { type ClusterDays, matchedDifferences, switchbackDifferences } from "./estimate.ts";

/** How noisy a design is on this shop's own history, where nothing was tested. */
export interface DesignNoise {
  /** differences that the design compares each time: matched sets, or clusters of a switchback */
  n: number;
  /** variance of the mean difference of a day: the part that stays, and the part that averages out over days */
  lasting: number;
  daily: number;
  /** what the control does on a mean day, for the mean cluster */
  base: number;
  /** share of the variance that the days before explain */
  rho2: number;
}

export interface Power {
  days: number;
  /** the least true effect found in this time with the wanted power: for the mean cluster and day, and its share */
  mde: number;
  mdeShare: number | null;
}

/** A design: how clusters are compared. */
export type Design = { kind: "matched" } | { kind: "switchback"; periods: Periods; salt: number };

/**
 * Noise of a design from a placebo on history: `clusters` with their arms, and days on which nothing was tested. The
 * variance of the mean of w days is lasting + daily / w, fitted at the whole span and at its halves.
 */
export function designNoise(clusters: readonly ClusterDays[], design: Design): DesignNoise {
  if (design.kind === "switchback") return switchbackNoise(clusters, design);
  const span = clusters[0]?.days.length ?? 0;
  const half = Math.floor(span / 2);
  const part = (from: number, to: number) => placebo(clusters, from, to);
  const whole = part(0, span);
  const halves = [part(0, half), part(half, 2 * half)];
  const atHalf = (halves[0]!.variance + halves[1]!.variance) / 2;
  const daily = half > 0 ? Math.max(0, (atHalf - whole.variance) / (1 / half - 1 / span)) : 0;
  const lasting = Math.max(0, whole.variance - daily / Math.max(1, span));
  return { ...whole, lasting, daily };
}

function placebo(clusters: readonly ClusterDays[], from: number, to: number) {
  const cut = clusters.map((one) => ({ ...one, days: one.days.slice(from, to) }));
  const { differences, control, days, rho2 } = matchedDifferences(cut, 1);
  const n = differences.length;
  if (n === 0 || days === 0) return { n: 0, variance: 0, base: 0, rho2: 0 };
  const squares = differences.reduce((sum, one) => sum + (one / days) ** 2, 0);
  return { n, variance: squares / n, base: control / n / days, rho2 };
}

function switchbackNoise(
  clusters: readonly ClusterDays[],
  { periods, salt }: Extract<Design, { kind: "switchback" }>,
): DesignNoise {
  const { differences, control, days } = switchbackDifferences(clusters, periods, salt);
  const compared = differences.length;
  if (compared === 0) return { n: 0, lasting: 0, daily: 0, base: 0, rho2: 0 };
  const squares = differences.reduce((sum, one) => sum + (one / days) ** 2, 0);
  // each two periods are drawn again: nothing lasts, and the variance falls with the number of periods
  const daily = (squares / compared) * 2 * periods.days;
  return { n: clusters.length, lasting: 0, daily, base: control / compared / days, rho2: 0 };
}

/** Variance of the summed differences that is foreseen for the end of a test of so many days. */
export function plannedVariance({ n, lasting, daily }: DesignNoise, days: number, design: Design): number {
  if (design.kind === "matched") return n * days * days * (lasting + daily / days);
  const { periods } = design;
  const pairs = Math.floor(days / (2 * periods.days));
  return (n * pairs * (periods.days - periods.burnIn) ** 2 * daily) / (2 * periods.days);
}

function standardError({ n, lasting, daily }: DesignNoise, days: number): number {
  return n === 0 ? Number.POSITIVE_INFINITY : Math.sqrt((lasting + daily / days) / n);
}

/** Standard errors that an effect has to reach at the planned end, where one may look at any time: 3.04 at α = .05. */
function certainty(alpha: number): number {
  return Math.sqrt(chanceBound(1, 1, alpha));
}

/**
 * The least effect found in so many days: certainty(α) + z_{power} standard errors. (A test that is looked at only once
 * needs 2.80 of them, this one 3.88 at most: it may stop earlier.)
 *
 * @example
 * powerIn({ n: 100, lasting: 0, daily: 28, base: 10, rho2: 0 }, 28, 0.05, 0.8) // mde 0.388, share 0.0388
 */
export function powerIn(noise: DesignNoise, days: number, alpha: number, power: number): Power {
  const mde = (certainty(alpha) + normalQuantile(power)) * standardError(noise, days);
  return { days, mde, mdeShare: noise.base > 0 ? mde / noise.base : null };
}

/** The chance that a true effect of this size is found in so many days. */
export function chanceToFind(noise: DesignNoise, days: number, alpha: number, effect: number): number {
  const error = standardError(noise, days);
  return error === 0 ? 1 : normalCdf(Math.abs(effect) / error - certainty(alpha));
}

/** Days until an effect of this size is found with the wanted power, in whole weeks; null if no time is enough. */
export function daysNeeded(
  noise: DesignNoise,
  effect: number,
  { alpha, power, atMost }: { alpha: number; power: number; atMost: number },
): number | null {
  for (let days = MIN_TEST_DAYS; days <= atMost; days += 7)
    if (powerIn(noise, days, alpha, power).mde <= Math.abs(effect)) return days;
  return null;
}

/** A test lasts two whole weeks at least. */
export const MIN_TEST_DAYS = 14;
