import type { z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import { dayOfNumber } from "../../domain/base/time.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { Drift, PriceOutcome } from "../../domain/contract/outcomes.ts";
import type { Impact, OutcomeBody, OutcomeRecord } from "../../services/evaluation/outcomes.ts";
import type { EvaluationRecord } from "../../services/evaluation/read-evaluations.ts";
import { given } from "./given.ts";

export function presentOutcome(row: OutcomeRecord): z.infer<typeof PriceOutcome> {
  const { change, outcome } = row.body as OutcomeBody;
  const money = (minor: number) => formatMinor(Math.round(minor), change.currency);
  const units = (value: number) => Math.round(value * 100) / 100;
  const { expected } = change;
  const { actual, effect } = outcome;
  return {
    ...{ id: String(row.seq), sku: row.sku, category: row.category, proposalId: change.proposalId },
    ...{ currency: change.currency, from: money(change.from), to: money(change.to), at: iso(row.at) },
    ...{ status: row.status, days: change.age, pGain: row.pGain },
    ...{ controls: outcome.controls, matched: outcome.matched },
    expected: {
      units: units(expected.units),
      revenue: money(expected.revenue),
      profit: money(expected.profit),
    },
    actual: { units: units(actual.units), revenue: money(actual.revenue), profit: money(actual.profit) },
    effect: {
      units: units(effect.units),
      profit: money(effect.profit),
      interval80: [money(effect.interval80[0]), money(effect.interval80[1])],
    },
    gained: effect.profit > 0,
    ...given({ alarm: row.alarm }),
    evaluatedAt: iso(row.evaluatedAt),
  };
}

export function presentImpact({ currency, profit, expectedProfit, units, ...counts }: Impact) {
  return {
    ...{ currency, ...counts, units: Math.round(units * 100) / 100 },
    profit: formatMinor(Math.round(profit), currency),
    expectedProfit: formatMinor(Math.round(expectedProfit), currency),
  };
}

/** The evaluations' summaries of drift, newest first, as they are answered: oldest first. */
export function presentDrift(
  rows: readonly EvaluationRecord[],
  { currency, react }: { currency: string; react: boolean },
): z.infer<typeof Drift> {
  const days = rows.flatMap(({ findings: { drift } }) => {
    if (!drift) return [];
    const { day, psi, prediction, revenue, skus, soldOut, clearanceMisses } = drift.day;
    return [
      {
        day: dayOfNumber(day),
        psi: Object.fromEntries(Object.entries(psi).map(([name, value]) => [name, value ?? null])),
        bias:
          prediction && prediction.actual > 0
            ? (prediction.predicted - prediction.actual) / prediction.actual
            : null,
        overForecastRate: prediction ? prediction.over / prediction.skus : null,
        varianceRatio: prediction?.varianceRatio ?? null,
        revenuePerSku: formatMinor(skus > 0 ? Math.round(revenue / skus) : 0, currency),
        ...{ stockOutRate: soldOut, clearanceMisses },
        findings: drift.findings.map(({ kind, metric, value, threshold, days: span, acted }) => ({
          ...{ kind, metric, value, threshold, days: span },
          acted: acted.map(({ reaction, overrideId }) => ({ reaction, ...given({ overrideId }) })),
        })),
      },
    ];
  });
  return { currency, react, days: days.reverse() };
}
