import { studentQuantile } from "../base/student.ts";
import { gainShare, type MeasuredEffect } from "./effect-shares.ts";

/** A changed price whose outcome is final: what was said of it, and what was measured. */
export interface JudgedChange {
  pGain: number;
  /** the price was drawn to learn from, not chosen for its gain */
  isTrial: boolean;
  /** effect on profit as a share of the profit before, and the standard deviation of its logarithm */
  share: number;
  shareSd: number;
  /** such a share as it was expected; null = not known */
  expectedShare: number | null;
  /** changes of a group are compared with the same products over the same days, so that their noise is in part the same */
  group: string;
}

/** What was said of some changed prices, and what came of them. */
interface CalibrationClass {
  n: number;
  /** mean of the stated chances of a gain */
  said: number;
  /** share of the changes that gained; null where it cannot be told within five points either way */
  came: number | null;
  interval95: [number, number];
  /** why it cannot be told */
  reason: string | null;
  /** the mean change of profit, as a share of the profit before; null with too few */
  profit: { said: number; came: number; interval95: [number, number] } | null;
}

/** One class of stated chances. */
interface CalibrationBin extends CalibrationClass {
  from: number;
  to: number;
}

export interface Calibration {
  bins: CalibrationBin[];
  /** prices drawn to learn from: they are not chosen for a gain; null = none was changed */
  trials: CalibrationClass | null;
}

const LEAST = 10;
/** A share is told if its interval goes no further from it. */
const TOLD_WITHIN = 0.05;
const BIN_EDGES = [0, 0.6, 0.7, 0.8, 0.9, 0.95, 1] as const;
/** A loss of more than this share is taken for this one: of less than nothing there is no logarithm. */
const WHOLE_LOSS = -0.99;

interface Effect extends MeasuredEffect {
  expected: number | null;
  group: string;
}

/** Effects in logs, as they add up and their noise is even. */
function effectOf({ share, shareSd, expectedShare, group }: JudgedChange): Effect {
  const log = (value: number) => Math.log1p(Math.max(WHOLE_LOSS, value));
  const expected = expectedShare === null ? null : log(expectedShare);
  return { effect: log(share), sd: shareSd, expected, group };
}

/** Sums of deviations from the mean in units of their noise, by group. */
function groupSums(effects: readonly Effect[], mean: number): { sums: number[]; squares: number } {
  const sums = new Map<string, number>();
  let squares = 0;
  for (const { effect, sd, group } of effects) {
    const deviation = (effect - mean) / sd;
    sums.set(group, (sums.get(group) ?? 0) + deviation);
    squares += deviation ** 2;
  }
  return { sums: [...sums.values()], squares };
}

/**
 * Weighted mean of the effects with its 95 % interval: by inverse variances, the standard error from what the groups differ
 * (Liang and Zeger 1986), with Student's quantile for as many groups as carry the weight.
 */
function meanEffect(effects: readonly Effect[]): { mean: number; interval95: [number, number] } | null {
  const groups = new Map<string, { weight: number; sum: number }>();
  for (const { effect, sd, group } of effects) {
    const of = groups.get(group) ?? { weight: 0, sum: 0 };
    of.weight += sd ** -2;
    of.sum += effect * sd ** -2;
    groups.set(group, of);
  }
  const all = [...groups.values()];
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  const freedom = total ** 2 / all.reduce((sum, { weight }) => sum + weight ** 2, 0) - 1;
  if (freedom < 2) return null;
  const mean = all.reduce((sum, of) => sum + of.sum, 0) / total;
  const squares = all.reduce((sum, of) => sum + (of.sum - of.weight * mean) ** 2, 0);
  const error = Math.sqrt(squares * (1 + 1 / freedom)) / total;
  const reach = studentQuantile(0.975, freedom) * error;
  return { mean, interval95: [mean - reach, mean + reach] };
}

function profitOf(effects: readonly Effect[]): CalibrationClass["profit"] {
  const known = effects.filter(({ expected }) => expected !== null);
  const came = known.length < LEAST ? null : meanEffect(known);
  if (came === null) return null;
  const total = known.reduce((sum, { sd }) => sum + sd ** -2, 0);
  const said = known.reduce((sum, { expected, sd }) => sum + expected! * sd ** -2, 0) / total;
  const [low, high] = came.interval95;
  return {
    said: Math.expm1(said),
    came: Math.expm1(came.mean),
    interval95: [Math.expm1(low), Math.expm1(high)],
  };
}

function classOf(changes: readonly JudgedChange[]): CalibrationClass {
  const n = changes.length;
  const said = changes.reduce((sum, { pGain }) => sum + pGain, 0) / n;
  if (n < LEAST) {
    const reason = `fewer than ${LEAST} prices are measured`;
    return { n, said, came: null, interval95: [0, 1], reason, profit: null };
  }
  const effects = changes.map(effectOf);
  const centre = meanEffect(effects)?.mean ?? 0;
  const { sums, squares } = groupSums(effects, centre);
  const designEffect = Math.max(1, sums.reduce((sum, of) => sum + of * of, 0) / squares);
  const { best, interval95 } = gainShare(effects, designEffect);
  const isTold = Math.max(interval95[1] - best, best - interval95[0]) <= TOLD_WITHIN;
  const reason = isTold ? null : "the effects are small beside the ups and downs of sales";
  return { n, said, came: isTold ? best : null, interval95, reason, profit: profitOf(effects) };
}

/**
 * What was said of changed prices against what came, by the stated chance of a gain. Each outcome is noisy, so that the plain
 * share of positive ones tends to a half: `gainShare` looks behind the noise, and where its interval is wide nothing is claimed.
 * The mean change of profit is known better. Prices drawn to learn from stand apart.
 */
export function calibration(changes: readonly JudgedChange[]): Calibration {
  const measured = changes.filter(({ shareSd }) => shareSd > 0);
  const [trials, chosen] = [
    measured.filter(({ isTrial }) => isTrial),
    measured.filter(({ isTrial }) => !isTrial),
  ];
  const bins = BIN_EDGES.slice(0, -1).flatMap((from, i) => {
    const to = BIN_EDGES[i + 1]!;
    const bin = chosen.filter(({ pGain }) => pGain >= from && (pGain < to || to === 1));
    return bin.length === 0 ? [] : [{ from, to, ...classOf(bin) }];
  });
  return { bins, trials: trials.length === 0 ? null : classOf(trials) };
}
