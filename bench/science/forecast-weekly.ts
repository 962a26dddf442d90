import type { DemandPeriod } from "../../domain/learning/elasticity/series.ts";
import type { FilterState } from "../../domain/learning/elasticity/state.ts";
import type { WeeklyFit } from "../../domain/learning/elasticity/weekly.ts";
import { predictLog } from "./predict-units.ts";

/** Forecast of ln units of a future row: mean, sd with observation noise, central 80 % and 95 % bands. */
export function forecastWeekly(
  fit: Pick<WeeklyFit, "config" | "bands" | "variance">,
  state: FilterState,
  row: DemandPeriod,
): { mean: number; sd: number; ci80: [number, number]; ci95: [number, number] } {
  const { mean, variance } = predictLog(state, row, fit.config);
  const sd = Math.sqrt(variance + fit.variance);
  const band = (c: number): [number, number] => [mean - c * sd, mean + c * sd];
  return { mean, sd, ci80: band(fit.bands.c80), ci95: band(fit.bands.c95) };
}
