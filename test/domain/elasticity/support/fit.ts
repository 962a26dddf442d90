import { DEFAULT_CONFIG, filterSeries } from "../../../../domain/elasticity/filter.ts";
import type { Hyper } from "../../../../domain/elasticity/hyper.ts";
import { pool } from "../../../../domain/elasticity/pool.ts";
import { defaultPrior } from "../../../../domain/elasticity/prior.ts";
import { type ElasticityReport, elasticityReport } from "../../../../domain/elasticity/report.ts";
import type { ElasticitySeries } from "../../../../domain/elasticity/series.ts";
import { skuPrior } from "../../../../domain/elasticity/sku-prior.ts";
import { sufficientOf } from "../../../../domain/elasticity/sufficient.ts";
import { swapPrior } from "../../../../domain/elasticity/swap.ts";

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
