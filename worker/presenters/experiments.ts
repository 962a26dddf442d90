import type { z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type {
  PriceTest,
  PriceTestMember,
  RepricingReturn,
  TestPreview,
} from "../../domain/contract/experiments.ts";
import { RETURN_DAYS } from "../../domain/evaluation/measure.ts";
import type { Lift } from "../../domain/experiments/estimate.ts";
import type { TestResult } from "../../domain/experiments/test-result.ts";
import type { EvaluationRecord } from "../../services/evaluation/read-evaluations.ts";
import type { TestPreview as StoredPreview } from "../../services/experiments/define-test.ts";
import { definitionOf, type MemberRecord, type TestRecord } from "../../services/experiments/read-tests.ts";
import { given } from "./given.ts";

/** JSON has no infinity: a bound that is not known is stored and answered as null. */
function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function percent(share: number | null): number | null {
  const value = known(share);
  return value === null ? null : Math.round(value * 100_000) / 1000;
}

function moneyOf(currency: string) {
  return (value: number | null): string | null => {
    const amount = known(value);
    return amount === null ? null : formatMinor(Math.round(amount), currency);
  };
}

export function presentPreview(stored: StoredPreview): z.infer<typeof TestPreview> {
  const { products, clusters, tooFew, left, currency, dailyProfit, power, chance, daysNeeded, noise } =
    stored;
  const money = moneyOf(currency);
  return {
    ...{ products, clusters, tooFew, left, currency, chance: known(chance) ?? 0, daysNeeded },
    dailyProfit: money(dailyProfit)!,
    power: power.map(({ days, mde, mdeShare }) => ({
      ...{ days, mde: money(mde) ?? "0", mdePct: percent(mdeShare) },
    })),
    ...(stored.advice && { advice: stored.advice }),
    rho2: noise.profit.rho2,
  };
}

function presentLift(lift: Lift, shown: (value: number | null) => string | null) {
  const { n, effect, interval, relative, relativeInterval, p, rho2 } = lift;
  return {
    ...{ n, p, rho2, effect: shown(effect) ?? "0", effectPct: percent(relative) },
    interval: [shown(interval[0]), shown(interval[1])] as [string | null, string | null],
    intervalPct:
      relativeInterval &&
      ([percent(relativeInterval[0]), percent(relativeInterval[1])] as [number | null, number | null]),
  };
}

function presentResult(result: TestResult, names: readonly string[], currency: string) {
  const money = moneyOf(currency);
  const units = (value: number | null) => known(value)?.toFixed(3) ?? null;
  const { days, clusters } = result;
  return {
    ...{ days, clusters },
    arms: result.arms.map(({ arm, profit, units: sold, margin, soldOut }) => ({
      ...{ arm: names[arm]!, profit: presentLift(profit, money), units: presentLift(sold, units) },
      total: {
        perDay: money(profit.effect * clusters) ?? "0",
        interval: [
          money(known(profit.interval[0]) === null ? null : profit.interval[0] * clusters),
          money(known(profit.interval[1]) === null ? null : profit.interval[1] * clusters),
        ] as [string | null, string | null],
      },
      ...{ margin, soldOut },
    })),
  };
}

export function presentTest(row: TestRecord): z.infer<typeof PriceTest> {
  const definition = definitionOf(row);
  const plan = row.plan as StoredPreview;
  const names = definition.arms.map(({ name }) => name);
  const { id, name, design, status, createdBy } = row;
  return {
    ...{ id, name, design, status, definition, createdBy },
    preview: presentPreview(plan),
    createdAt: iso(row.createdAt),
    ...given({
      startedBy: row.startedBy,
      startedAt: row.startedAt === null ? null : iso(row.startedAt),
      firstDay: row.firstDay,
      endedBy: row.endedBy,
      endedAt: row.endedAt === null ? null : iso(row.endedAt),
      endReason: row.endReason,
      evaluatedAt: row.evaluatedAt === null ? null : iso(row.evaluatedAt),
      result: row.result === null ? null : presentResult(row.result as TestResult, names, plan.currency),
    }),
  };
}

export function presentMember(
  { sku, cluster, stratum, matched, arm }: MemberRecord,
  names: readonly string[],
): z.infer<typeof PriceTestMember> {
  return { sku, cluster, stratum, matched, arm: names[arm] ?? String(arm) };
}

export function presentReturn(
  rows: readonly EvaluationRecord[],
  { currency, catalogue, hasHoldOut }: { currency: string; catalogue: number; hasHoldOut: boolean },
): z.infer<typeof RepricingReturn> {
  const [newest] = rows;
  const found = newest?.findings.return ?? null;
  const history = rows.flatMap(({ day, findings: { return: one, currency: of } }) =>
    one === null ? [] : [{ day, ...presentGain(one, of) }],
  );
  const base = {
    ...{ currency, days: RETURN_DAYS, history: history.reverse() },
    ...{ priced: newest?.findings.priced ?? 0, heldOut: newest?.findings.heldOut ?? 0 },
    ...(newest && { day: newest.day, at: iso(newest.at) }),
  };
  if (found === null) return { ...base, measured: false, why: whyNot(hasHoldOut, catalogue, newest) };
  const [lo, hi] = found.shareInterval95;
  return {
    ...{ ...base, measured: true, ...presentGain(found, newest!.findings.currency) },
    gainPct: percent(found.share)!,
    interval95Pct: [percent(lo)!, percent(hi)!],
  };
}

function presentGain(
  { gain, interval95 }: NonNullable<EvaluationRecord["findings"]["return"]>,
  currency: string,
) {
  const money = moneyOf(currency);
  return {
    gainPerDay: money(gain)!,
    interval95: [money(interval95[0])!, money(interval95[1])!] as [string, string],
  };
}

function whyNot(hasHoldOut: boolean, catalogue: number, newest: EvaluationRecord | undefined): string {
  if (!hasHoldOut)
    return `no products are kept at their price to compare with: ${catalogue} are too few for that`;
  if (!newest) return "nothing has been evaluated yet: the first evaluation runs at night";
  return "it is measured from a week after the first price that was changed";
}
