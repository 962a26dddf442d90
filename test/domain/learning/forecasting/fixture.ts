import { type DemandState, FLAT_WEEK } from "../../../../domain/learning/forecasting/demand-state.ts";
import type { forecastSkuDemand } from "../../../../domain/learning/forecasting/sku-demand.ts";

/** Six a day, more on Sundays than on Saturdays. */
export const filter: DemandState = {
  logMean: Math.log(6),
  logVariance: 0.02,
  dispersion: 1.3,
  levelNoise: 0.0009,
  weekday: [0.1, 0, 0, 0, 0, 0, -0.1],
};
export const category = {
  unitsPerDay: 200,
  share: 0.01,
  dispersion: 1.3,
  levelNoise: 0.0009,
  weekday: FLAT_WEEK,
};
/** A product of four months with forty in stock. */
export const ordinary: Parameters<typeof forecastSkuDemand>[0] = {
  history: { days: 120, units: 720, daysSinceSale: 0 },
  filter,
  category,
  recentDays: new Array(90).fill(6),
  recentHours: new Array(24).fill(0.25),
  hourOfWeek: 34,
  unitsToday: 3,
  stock: 40,
};
