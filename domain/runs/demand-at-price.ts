import { DEFAULT_CONFIG } from "../learning/elasticity/state.ts";
import type { DemandState } from "../learning/forecasting/demand-state.ts";
import type { StoredReport } from "./learned.ts";

/** The filter's demand at the served price, as the forecasts take it. */
export function demandState(report: StoredReport, logPrice: number, weekday: readonly number[]): DemandState {
  const { logMean, logVar, phi } = report.demand;
  return {
    logMean: logMean + report.mean * (logPrice - report.demand.logPrice),
    logVariance: logVar,
    dispersion: Math.max(1, phi),
    levelNoise: DEFAULT_CONFIG.levelNoise[report.period === "week" ? "log-normal" : "quasi-poisson"],
    weekday,
  };
}
