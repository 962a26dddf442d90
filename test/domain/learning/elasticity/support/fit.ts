import type { Hyper } from "../../../../../domain/learning/elasticity/em.ts";
import { filterSeries } from "../../../../../domain/learning/elasticity/filter.ts";
import { pool } from "../../../../../domain/learning/elasticity/pool.ts";
import { defaultPrior } from "../../../../../domain/learning/elasticity/prior.ts";
import { type ElasticityReport, elasticityReport } from "../../../../../domain/learning/elasticity/report.ts";
import type { ElasticitySeries } from "../../../../../domain/learning/elasticity/series.ts";
import { skuPrior } from "../../../../../domain/learning/elasticity/sku-prior.ts";
import { DEFAULT_CONFIG } from "../../../../../domain/learning/elasticity/state.ts";
import { sufficientOf, swapPrior } from "../../../../../domain/learning/elasticity/sufficient.ts";

/** The three phases of an elasticity run over a whole catalogue: filter, pool, finish. */
export function fitCatalogue(catalogue: readonly ElasticitySeries[]): {
  hyper: Hyper;
  reports: ElasticityReport[];
} {
  const states = catalogue.map((series) =>
    filterSeries(series, defaultPrior(series.covariateNames), DEFAULT_CONFIG),
  );
  const stats = states.map(sufficientOf);
  const hyper = pool(stats);
  const reports = states.map((state, i) => {
    const prior = skuPrior(hyper, stats[i]!);
    return elasticityReport(swapPrior(state, prior), prior, {
      asOf: "2026-01-01T00:00:00Z",
      modelVersion: "test",
      ...(hyper.categories[states[i]!.category] && {
        category: hyper.categories[states[i]!.category]!.endogeneity,
      }),
    });
  });
  return { hyper, reports };
}
