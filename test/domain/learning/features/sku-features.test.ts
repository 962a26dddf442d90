import { describe, expect, it } from "vitest";
import {
  elasticitySeries,
  type FeatureDay,
  type SkuFeatures,
} from "../../../../domain/learning/features/sku-features.ts";

function day(changes: Partial<FeatureDay> = {}): FeatureDay {
  return {
    day: "1970-01-11",
    units: 4,
    price: 1990,
    cheapest: 1890,
    exposure: 0.5,
    promo: false,
    ...changes,
  };
}

function features(currency: string, days: FeatureDay[]): SkuFeatures {
  return { sku: "LAMP", category: "light", currency, days, offers: [] };
}

describe("a snapshot as a series", () => {
  it("has day numbers, units, exposure and log prices in major units", () => {
    expect(elasticitySeries(features("EUR", [day()]))).toEqual({
      sku: "LAMP",
      category: "light",
      period: "day",
      periods: [{ t: 10, units: 4, exposure: 0.5, logPrice: Math.log(19.9), logCompetitor: Math.log(18.9) }],
    });
  });

  it("reads minor units by the currency's exponent", () => {
    const [period] = elasticitySeries(features("JPY", [day()])).periods;
    expect(period!.logPrice).toBe(Math.log(1990));
  });

  it("says that no competitor is known", () => {
    const [period] = elasticitySeries(features("EUR", [day({ cheapest: null })])).periods;
    expect(period!.logCompetitor).toBeNull();
  });

  it("carries promotions as a covariate of every day once there is one", () => {
    const series = elasticitySeries(features("EUR", [day(), day({ day: "1970-01-12", promo: true })]));
    expect(series.covariateNames).toEqual(["promo"]);
    expect(series.periods.map(({ covariates }) => covariates)).toEqual([[0], [1]]);
  });
});
