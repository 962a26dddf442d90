import { smoothLevel } from "./local-level.ts";
import { regressors } from "./regressors.ts";
import type { DemandPeriod, ElasticitySeries } from "./series.ts";
import type { FilterConfig, FilterState } from "./state.ts";
import type { Sufficient } from "./sufficient.ts";

/** What the coefficients leave of ln units, b'x taken out, with the days between rows. */
export function partialResiduals(
  state: FilterState,
  rows: readonly DemandPeriod[],
  gapDaysMax: number,
): { values: Float64Array; elapsed: Float64Array } {
  const values = new Float64Array(rows.length);
  const elapsed = new Float64Array(rows.length);
  const x = new Array<number>(state.mean.length).fill(0);
  rows.forEach((row, k) => {
    regressors(state, row, x);
    let fitted = Math.log(Math.max(row.exposure, 0.05));
    for (let i = 1; i < x.length; i++) fitted += x[i]! * state.mean[i]!;
    values[k] = Math.log(row.units) - fitted;
    elapsed[k] = k === 0 ? 0 : Math.min(row.t - rows[k - 1]!.t, gapDaysMax);
  });
  return { values, elapsed };
}

/** Common log shock of a category in the period starting on day t: `shocks[category][t]`. */
export type Shocks = Record<string, Record<number, number>>;

const SERIES_MIN = 5;

/**
 * One pass for the category-period shocks: what the series of a category leave around their own smoothed
 * levels, averaged by period and shrunk by the observation variance over the shocks' variance, which is
 * updated. Categories of fewer than five series get none.
 */
export function categoryShocks(
  catalogue: readonly ElasticitySeries[],
  states: readonly FilterState[],
  known: Shocks,
  shockVariance: number,
  config: FilterConfig,
): { shocks: Shocks; shockVariance: number } {
  const groups = Map.groupBy(catalogue.keys(), (i) => catalogue[i]!.category);
  const shocks: Shocks = {};
  let moments = 0;
  let cells = 0;
  for (const [category, members] of groups) {
    if (members.length < SERIES_MIN) continue;
    const sums = new Map<number, { sum: number; count: number }>();
    for (const i of members) addResiduals(sums, catalogue[i]!, states[i]!, known[category] ?? {}, config);
    const effects: Record<number, number> = {};
    for (const [t, { sum, count }] of [...sums].sort(([a], [b]) => a - b)) {
      const effect = sum / (count + config.variance / shockVariance);
      effects[t] = effect;
      moments += effect ** 2 + 1 / (count / config.variance + 1 / shockVariance);
      cells++;
    }
    shocks[category] = effects;
  }
  return { shocks, shockVariance: cells === 0 ? shockVariance : moments / cells };
}

function addResiduals(
  sums: Map<number, { sum: number; count: number }>,
  series: ElasticitySeries,
  state: FilterState,
  known: Record<number, number>,
  config: FilterConfig,
): void {
  const rows = series.periods.filter(({ units }) => units > 0);
  const { values, elapsed } = partialResiduals(state, rows, config.gapDaysMax);
  const cleaned = values.map((value, k) => value - (known[rows[k]!.t] ?? 0));
  const level = smoothLevel(cleaned, elapsed, config.levelNoise["log-normal"], config.variance);
  rows.forEach(({ t }, k) => {
    const cell = sums.get(t) ?? { sum: 0, count: 0 };
    cell.sum += values[k]! - level.mean[k]!;
    cell.count++;
    sums.set(t, cell);
  });
}

/**
 * Design effect of shocks that the SKUs of one category share (a season, a campaign): 1 + 2(n - 1)ρ with ρ
 * the mean correlation of standardised residuals of different SKUs in the same period. Treating the SKUs as
 * independent would overstate what they say together about the category mean by about this factor.
 */
export function sharedShockEffect(stats: readonly Sufficient[]): number {
  if (stats.length < 2) return 1;
  const { pairs, pairCount, squares, count } = crossProducts(stats);
  if (pairCount === 0 || squares === 0) return 1;
  const rho = Math.min(1, Math.max(0, pairs / pairCount / (squares / count)));
  return Math.max(1, 1 + 2 * (stats.length - 1) * rho);
}

function crossProducts(stats: readonly Sufficient[]) {
  const start = Math.min(...stats.map((stat) => stat.residualStart));
  const end = Math.max(...stats.map((stat) => stat.residualStart + stat.residuals.length));
  const sum = new Float64Array(Math.max(end - start, 0));
  const square = new Float64Array(sum.length);
  const number = new Float64Array(sum.length);
  for (const stat of stats) {
    stat.residuals.forEach((e, k) => {
      if (e === 0) return;
      const at = stat.residualStart - start + k;
      sum[at]! += e;
      square[at]! += e * e;
      number[at]! += 1;
    });
  }
  const totals = { pairs: 0, pairCount: 0, squares: 0, count: 0 };
  for (let t = 0; t < sum.length; t++) {
    totals.pairs += sum[t]! ** 2 - square[t]!;
    totals.pairCount += number[t]! * (number[t]! - 1);
    totals.squares += square[t]!;
    totals.count += number[t]!;
  }
  return totals;
}
