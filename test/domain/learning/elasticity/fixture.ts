import { poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import { defaultPrior } from "../../../../domain/learning/elasticity/prior.ts";
import { elasticityReport } from "../../../../domain/learning/elasticity/report.ts";
import type { DemandPeriod, ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";

const CONTEXT = { asOf: "2026-01-01T00:00:00Z", modelVersion: "test" };

/** What a test changes of a day. */
export type Row = Partial<DemandPeriod>;

/** Daily Poisson(5) sales at a price alternating weekly by ±10 %, elasticity -2; `change` edits each row. */
export function series(
  days: number,
  change: (day: number, row: DemandPeriod) => Row = () => ({}),
): ElasticitySeries {
  const periods = Array.from({ length: days }, (_, day) => {
    const logPrice = 3 + (Math.floor(day / 7) % 2 === 0 ? 0.1 : -0.1);
    const units = poisson(5 * Math.exp(-2 * (logPrice - 3)), uniform(1, day));
    const row: DemandPeriod = { t: 20_000 + day, units, logPrice, logCompetitor: 3.02, exposure: 1 };
    return { ...row, ...change(day, row) };
  });
  return { sku: "a", category: "c", period: "day", periods };
}

/** Its report under the default prior. */
export function reportOf(input: ElasticitySeries) {
  return elasticityReport(filterSeries(input, defaultPrior()), defaultPrior(), CONTEXT);
}
