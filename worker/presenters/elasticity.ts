import type { z } from "@hono/zod-openapi";
import type { elasticities, elasticityHistory } from "../../db/schema.ts";
import { iso } from "../../domain/contract/page.ts";
import type { Elasticity, ElasticityDetail } from "../../domain/contract/science-shapes.ts";
import type { StoredReport } from "../../domain/runs/elasticity-run.ts";
import type { ChallengerView } from "../../domain/strategies/challenger/response.ts";

export function presentElasticity(row: typeof elasticities.$inferSelect): z.infer<typeof Elasticity> {
  const report = row.report as StoredReport;
  const { sku, category, mean, sd, ci95, ci80, identified, label, sensitivity, nEff, shrink, competitor } =
    report;
  return {
    sku,
    category,
    mean,
    sd,
    ci95,
    ci80,
    identified,
    label,
    sensitivity,
    nEff,
    shrink,
    competitor,
    prior: { mean: report.priorMean, sd: report.priorSd },
    demandPerDay: Math.exp(report.demand.logMean),
    runId: row.runId,
    asOf: iso(row.asOf),
    modelVersion: report.modelVersion,
    period: report.period,
    probabilityElastic: report.probabilityElastic,
    stability: report.stability,
    drifting: report.drifting,
    endogeneityFlag: report.endogeneityFlag,
    endogeneity: {
      controlFunction: report.endogeneity.controlFunction,
      priceFeedback: report.endogeneity.priceFeedback,
      category: report.endogeneity.category,
    },
    noCompetitor: report.noCompetitor,
    overdispersed: report.overdispersed,
    ...(report.family && { family: report.family }),
    ...(report.challenger && { challenger: presentChallenger(report.challenger) }),
    rows: report.rows,
    skipped: report.skipped,
    inputsHash: report.inputsHash,
  };
}

function presentChallenger(view: ChallengerView): NonNullable<z.infer<typeof Elasticity>["challenger"]> {
  return view.kind === "fitted" ? { slope: view.slope, why: null } : { slope: null, why: view.why };
}

export function presentElasticityDetail(
  row: typeof elasticities.$inferSelect,
  history: readonly (typeof elasticityHistory.$inferSelect)[],
): z.infer<typeof ElasticityDetail> {
  return {
    ...presentElasticity(row),
    history: history.map(({ asOf, mean, sd, identified, label, runId }) => ({
      ...{ mean, sd, identified, label, runId },
      asOf: iso(asOf),
    })),
  };
}
