import type { Outcome } from "./simulate.ts";

/** One policy on one seed, measured against the incumbent and the oracle. */
export interface SeedScore {
  readonly seed: number;
  /** Profit over the oracle's; `gap` is the part captured of what the oracle earns over the incumbent. */
  readonly share: number;
  readonly gap: number;
  /** The same over the last 90 days. */
  readonly lateShare: number;
  readonly lateGap: number;
  readonly changes: number;
  /** Share of the oracle's profit that a tenth of the SKUs stay under. */
  readonly worstDecile: number;
}

/** Scores one outcome. */
export function scoreOf(seed: number, outcome: Outcome, incumbent: Outcome, oracle: Outcome): SeedScore {
  const shares = Array.from(outcome.profitBySku, (profit, i) => profit / oracle.profitBySku[i]!);
  shares.sort((a, b) => a - b);
  return {
    seed,
    share: outcome.profit / oracle.profit,
    gap: (outcome.profit - incumbent.profit) / (oracle.profit - incumbent.profit),
    lateShare: outcome.lateProfit / oracle.lateProfit,
    lateGap: (outcome.lateProfit - incumbent.lateProfit) / (oracle.lateProfit - incumbent.lateProfit),
    changes: outcome.changes,
    worstDecile: shares[Math.floor(shares.length / 10)]!,
  };
}

/** Mean of a figure over seeds, its sd between seeds and the half width of a 95 % interval of the mean. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
  readonly halfWidth: number;
}

/** 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom; the last serves from 30 on. */
const T975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Spread of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, sd: 0, halfWidth: 0 };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { mean, sd, halfWidth: (T975[Math.min(n - 1, T975.length) - 1]! * sd) / Math.sqrt(n) };
}

/** Paired difference in share of two policies over the same seeds. */
export function pairedShare(a: readonly SeedScore[], b: readonly SeedScore[]): Spread {
  return spreadOf(a.map(({ share }, k) => share - b[k]!.share));
}
