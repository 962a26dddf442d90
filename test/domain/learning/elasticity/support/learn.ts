import { addDays, type DaySums } from "../../../../../domain/learning/elasticity/day-sums.ts";
import type { Hyper } from "../../../../../domain/learning/elasticity/em.ts";
import { filterSeries } from "../../../../../domain/learning/elasticity/filter.ts";
import { identify } from "../../../../../domain/learning/elasticity/identification.ts";
import { believe } from "../../../../../domain/learning/elasticity/incumbent.ts";
import {
  changeUnder,
  type Judged,
  type Judgement,
  judge,
  judgedLikelihood,
  reasonsOf,
} from "../../../../../domain/learning/elasticity/judgement.ts";
import type { SlowScales } from "../../../../../domain/learning/elasticity/own-design.ts";
import { pool } from "../../../../../domain/learning/elasticity/pool.ts";
import { defaultPrior } from "../../../../../domain/learning/elasticity/prior.ts";
import {
  type ElasticityReport,
  elasticityReport,
  IDENTIFIED_SHRINK,
} from "../../../../../domain/learning/elasticity/report.ts";
import type { ElasticitySeries } from "../../../../../domain/learning/elasticity/series.ts";
import { skuPrior } from "../../../../../domain/learning/elasticity/sku-prior.ts";
import { calendarScale, slowScales } from "../../../../../domain/learning/elasticity/slow-scale.ts";
import { DEFAULT_CONFIG } from "../../../../../domain/learning/elasticity/state.ts";
import { sufficientOf } from "../../../../../domain/learning/elasticity/sufficient.ts";

/**
 * A whole catalogue as an install's second night learns it: filters, categories' days, identification under the scales of trends,
 * seasons and calendars that the first night found, judgement, pool, reports.
 */
export function learn(catalogue: readonly ElasticitySeries[]): {
  reports: ElasticityReport[];
  judgement: Judgement;
  hyper: Hyper;
  slow: SlowScales;
  calendar: number;
} {
  const days: Record<string, DaySums> = {};
  for (const { category, periods } of catalogue) addDays(days, category, periods);
  const states = catalogue.map((series) =>
    filterSeries(series, defaultPrior(series.covariateNames), DEFAULT_CONFIG),
  );
  const stats = states.map(sufficientOf);
  const first = catalogue.map((series) => identify(series, days[series.category]));
  const slow = slowScales(first.map((found) => found.slow));
  const calendar = calendarScale(first.map((found) => found.calendar));
  const judged = catalogue.map((series, i): Judged => {
    const { category, endogeneity } = stats[i]!;
    const identification = identify(series, days[category], { slow, calendarScale: calendar });
    return { category, endogeneity, identification };
  });
  const judgement = judge(judged);
  const likelihoods = judged.map((sku) => judgedLikelihood(sku, judgement));
  const hyper = pool(stats, undefined, (stat) => likelihoods[stats.indexOf(stat)]!);
  const reports = states.map((state, i) => {
    const { prior, slopes, shrink } = believe(likelihoods[i]!, judged[i]!.identification, (likelihood) =>
      skuPrior(hyper, likelihood),
    );
    const learned = {
      ...{ slopes, shrink },
      reasons: reasonsOf(judged[i]!, judgement, shrink >= IDENTIFIED_SHRINK),
      change: changeUnder(judged[i]!, judgement),
      stability: 0,
    };
    return elasticityReport(state, prior, { asOf: "2026-01-01T00:00:00Z", modelVersion: "test", learned });
  });
  return { reports, judgement, hyper, slow, calendar };
}
