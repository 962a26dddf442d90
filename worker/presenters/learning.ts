import type { z } from "@hono/zod-openapi";
import type { readElasticityHistory } from "../../db/reads/elasticities.ts";
import type { listForecasts, readForecast } from "../../db/reads/forecasts.ts";
import type { elasticities } from "../../db/schema.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { civilDay, dayNumber, dayOfNumber, dayStart, HOUR_MS } from "../../domain/base/time.ts";
import { iso } from "../../domain/contract/answers.ts";
import type {
  Elasticity,
  ElasticityDetail,
  Forecast,
  ForecastScore,
} from "../../domain/contract/learning.ts";
import type { DemandForecast } from "../../domain/learning/forecasting/daily-demand.ts";
import type { ChallengerView } from "../../domain/pricing/inputs.ts";
import type { SkuForecast, StoredReport } from "../../domain/runs/learned.ts";

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
    ...(report.version !== undefined && { version: report.version }),
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
    // a report that was stored before history was judged has none
    reasons: report.reasons ?? [],
    reason: report.reason ?? null,
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
  history: Awaited<ReturnType<typeof readElasticityHistory>>,
): z.infer<typeof ElasticityDetail> {
  return {
    ...presentElasticity(row),
    history: history.map(({ asOf, mean, sd, identified, label, runId }) => ({
      ...{ mean, sd, identified, label, runId },
      asOf: iso(asOf),
    })),
  };
}

export function presentForecast(
  {
    forecast: row,
    product: { currency },
    report,
    now,
  }: NonNullable<Awaited<ReturnType<typeof readForecast>>> & { report: SkuForecast; now: number },
  timeZone: string,
): z.infer<typeof Forecast> {
  const { asOf, demand, competitor, followers, followRate, sku } = report;
  const today = dayNumber(civilDay(asOf, timeZone));
  // hours are the shop's: zones differ from UTC by half hours too
  const dayBegan = dayStart(civilDay(now, timeZone), timeZone);
  const thisHour = dayBegan + Math.floor((now - dayBegan) / HOUR_MS) * HOUR_MS;
  return {
    sku,
    asOf: iso(asOf),
    hourlyAsOf: iso(report.state === null ? asOf : now),
    runId: row.runId,
    price: formatMinor(row.price, currency),
    source: demand?.source ?? null,
    intermittent: demand?.intermittent ?? false,
    daily: demand
      ? steps(demand.daily, demand.baseline.daily, (h) => ({ day: dayOfNumber(today + 1 + h) }))
      : [],
    hourly: demand
      ? steps(demand.hourly, demand.baseline.hourly, (h) => ({ at: iso(thisHour + h * HOUR_MS) }))
      : [],
    baseline: demand ? { tsb: round(demand.baseline.tsb), sba: round(demand.baseline.sba) } : null,
    stockout: demand?.stockout
      ? {
          level: demand.stockout.level,
          p10: demand.stockout.p10,
          p50: demand.stockout.p50,
          p90: demand.stockout.p90,
          beforeReceipt: demand.stockout.beforeReceipt,
        }
      : null,
    competitor: presentCompetitor(competitor, currency),
    followers: followers.map(({ competitor: name, cuts, followed, probability, passThrough }) => ({
      ...{ competitor: name, cuts, followed },
      probability: round(probability),
      passThrough: round(passThrough),
    })),
    followRate: round(followRate),
  };
}

function steps<T extends object>(
  forecast: DemandForecast,
  baseline: readonly number[],
  at: (h: number) => T,
) {
  const known = baseline.some((units) => units > 0);
  return forecast.mean.map((mean, h) => ({
    ...at(h),
    mean: round(mean),
    median: forecast.median[h]!,
    ci80: [forecast.lo80[h]!, forecast.hi80[h]!] as [number, number],
    ci95: [forecast.lo95[h]!, forecast.hi95[h]!] as [number, number],
    // without any sales by the hour there is nothing to compare with
    baseline: known ? round(baseline[h]!) : null,
  }));
}

function presentCompetitor({ forecast, anchor, skill }: SkuForecast["competitor"], currency: string) {
  const money = (minor: number) => formatMinor(Math.round(minor), currency);
  return {
    anchor: anchor.price === null ? null : money(anchor.price),
    usesForecast: anchor.usesForecast,
    reasons: anchor.reasons,
    skill: round(skill.skill),
    scoredDays: skill.scored,
    forecast: forecast
      ? {
          days: forecast.days,
          competitors: forecast.competitors,
          p10: money(forecast.p10),
          p50: money(forecast.p50),
          p90: money(forecast.p90),
          expected: money(forecast.expected),
          changes: round(forecast.changes),
          none: round(forecast.none),
        }
      : null,
  };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

type ForecastRow = Awaited<ReturnType<typeof listForecasts>>["rows"][number];

export function presentForecastScore(row: ForecastRow): z.infer<typeof ForecastScore> {
  const { sku, title, category, currency, quantityUnit, priceMae, priceBaselineMae } = row;
  const error = (minor: number | null) => (minor === null ? null : formatMinor(Math.round(minor), currency));
  const hasSkill = priceMae !== null && priceBaselineMae !== null && priceBaselineMae > 0;
  return {
    ...{ sku, title, category, currency, asOf: iso(row.asOf), price: formatMinor(row.price, currency) },
    nextUnits: row.nextUnits === null ? null : round(row.nextUnits),
    nextBaseline: row.nextBaseline === null ? null : round(row.nextBaseline),
    ...(quantityUnit && { quantityUnit }),
    // of a release before there were scores: none
    scoredDays: row.priceScored ?? 0,
    ...{ mae: error(priceMae), baselineMae: error(priceBaselineMae) },
    skill: hasSkill ? round(1 - priceMae / priceBaselineMae) : null,
    usesForecast: row.usesForecast ?? false,
  };
}
