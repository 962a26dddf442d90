import { describe, expect, it } from "vitest";
import { dayOfNumber } from "../../../../domain/base/time.ts";
import { inDays, spanDays } from "../../../../domain/learning/features/periods.ts";
import {
  covariatesOf,
  elasticitySeries,
  type FeatureDay,
  type SkuFeatures,
} from "../../../../domain/learning/features/sku-features.ts";

const FIRST = 20_000;

function row(at: number, changes: Partial<FeatureDay> = {}): FeatureDay {
  const day = dayOfNumber(FIRST + at);
  return { day, units: 7, price: 1_000, cheapest: null, exposure: 1, promo: false, ...changes };
}

function features(days: FeatureDay[]): SkuFeatures {
  return { sku: "A", category: "c", currency: "EUR", days, offers: [] };
}

const weeks = (count: number) => Array.from({ length: count }, (_, k) => row(7 * k, { period: "week" }));
const days = (from: number, count: number) => Array.from({ length: count }, (_, k) => row(from + k));

describe("the length of a row", () => {
  it.each([
    ["2026-02-01", undefined, 1],
    ["2026-02-01", "week", 7],
    ["2026-02-01", "month", 28],
    ["2026-01-15", "month", 31],
  ] as const)("from %s, a %s, is %i days", (day, period, length) => {
    expect(spanDays({ day, period })).toBe(length);
  });
});

describe("rows of several lengths", () => {
  it("are days where all are", () => {
    const all = features(days(0, 3));
    expect(elasticitySeries(all).period).toBe("day");
    expect(inDays(all)).toBe(all);
  });

  it("are weeks where the shop knows only weeks", () => {
    const { period, periods } = elasticitySeries(features(weeks(5)));
    expect([period, periods.map(({ t }) => t - FIRST)]).toEqual(["week", [0, 7, 14, 21, 28]]);
  });

  it("are months where these reach further", () => {
    const months = [0, 31, 59].map((at) => row(at, { period: "month" }));
    expect(elasticitySeries(features([...months, row(90, { period: "week" })])).period).toBe("month");
  });

  it("leave out a day within a week, and add up days after it to weeks", () => {
    const { period, periods } = elasticitySeries(features([...weeks(2).slice(0, 1), row(3), ...days(7, 15)]));
    expect([period, periods.map(({ t, units }) => [t - FIRST, units])]).toEqual([
      "week",
      [
        [0, 7],
        [7, 49],
        [14, 49],
      ],
    ]);
  });

  it("are days again after eight weeks of them", () => {
    const { period, periods } = elasticitySeries(features([...weeks(2), ...days(14, 56)]));
    expect([period, periods.length]).toEqual(["day", 56]);
  });

  it("are spread over their days for what looks at days", () => {
    const spread = inDays(features([...weeks(1), ...days(7, 2)])).days;
    expect(spread.map(({ units }) => units)).toEqual([1, 1, 1, 1, 1, 1, 1, 7, 7]);
    expect(spread.some(({ period }) => period)).toBe(false);
  });
});

describe("promotions by name", () => {
  const promoted = (names: readonly string[]) =>
    features(
      days(0, 6).map((day, k) => {
        const name = names[k % names.length]!;
        return { ...day, promo: true, ...(name !== "" && { promotions: { [name]: 1 + k / 10 } }) };
      }),
    );

  it("are covariates of their own; whatever they are called, none is one of the model's", () => {
    expect(covariatesOf(promoted(["own", "", "feat"]))).toEqual(["promo", "promo feat", "promo own"]);
    const { periods } = elasticitySeries(promoted(["own", "", "feat"]));
    expect(periods.slice(0, 3).map(({ covariates }) => covariates)).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 1.2, 0],
    ]);
  });

  it("that are many are told apart as far as they come often", () => {
    const many = promoted(["a", "b", "c", "d", "e", "a"]);
    expect(covariatesOf(many)).toEqual(["promo", "promo a", "promo b", "promo c"]);
    const values = elasticitySeries(many).periods.map(({ covariates }) => covariates);
    expect(values[4]).toEqual([1.4, 0, 0, 0]);
  });
});
