import { regressors } from "./regressors.ts";
import type { DemandPeriod } from "./series.ts";
import type { FilterState } from "./state.ts";

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
