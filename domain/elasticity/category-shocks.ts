import type { FilterConfig } from "./filter.ts";
import { smoothLevel } from "./local-level.ts";
import { partialResiduals } from "./partial-residuals.ts";
import type { ElasticitySeries } from "./series.ts";
import type { FilterState } from "./state.ts";

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
