import { describe, expect, it } from "vitest";
import { gamma, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { calendarFactors } from "../../../../domain/learning/elasticity/calendar.ts";
import { bulkCap, censoredMean } from "../../../../domain/learning/elasticity/counts.ts";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import { defaultPrior } from "../../../../domain/learning/elasticity/prior.ts";
import { dailyDemand, labelOf, sensitivityOf } from "../../../../domain/learning/elasticity/report.ts";
import {
  type CalendarFactors,
  type DemandPeriod,
  type ElasticitySeries,
  weekdayOf,
} from "../../../../domain/learning/elasticity/series.ts";
import { DEFAULT_CONFIG, observationOf } from "../../../../domain/learning/elasticity/state.ts";
import { sufficientOf } from "../../../../domain/learning/elasticity/sufficient.ts";
import { preferredSeries } from "../../../../domain/learning/elasticity/weekly.ts";
import { weeklySums } from "../../../../domain/learning/elasticity/weekly-sums.ts";
import { type Row, reportOf, series } from "./fixture.ts";

describe("edge cases", () => {
  it("no sales for months: the posterior stays at the prior", () => {
    const report = reportOf(series(90, () => ({ units: 0 })));
    expect(report.identified).toBe(false);
    expect(Math.abs(report.mean + 2.4)).toBeLessThan(0.2);
  });

  it("no price variation: nothing learned, nothing claimed", () => {
    const report = reportOf(series(90, () => ({ logPrice: 3 })));
    expect(report.shrink).toBeLessThan(1e-6);
    expect(report.identified).toBe(false);
    expect(report.mean).toBeCloseTo(-2.4, 6);
    expect(report.nEff).toBeLessThan(0.01);
  });

  it("no competitor: no contribution and a flag", () => {
    const report = reportOf(series(90, () => ({ logCompetitor: null })));
    expect(report.noCompetitor).toBe(true);
    expect(report.competitor.mean).toBeCloseTo(0.5, 6);
    expect(report.competitor.sd).toBeCloseTo(Math.sqrt(0.13), 6);
    expect(report.competitor.identified).toBe(false);
  });

  it("a new SKU of ten days: mostly its prior", () => {
    expect(reportOf(series(10)).shrink).toBeLessThan(0.25);
  });

  it("days out of stock are passed over, not read as no demand", () => {
    const out = (day: number) => day % 3 === 0;
    const skipped = dailyDemand(
      filterSeries(
        series(90, (day) => (out(day) ? { units: 0, exposure: 0 } : {})),
        defaultPrior(),
      ),
    );
    const mistaken = dailyDemand(
      filterSeries(
        series(90, (day) => (out(day) ? { units: 0 } : {})),
        defaultPrior(),
      ),
    );
    expect(Math.exp(skipped.logMean)).toBeGreaterThan(1.3 * Math.exp(mistaken.logMean));
  });

  it("negative, NaN and infinite rows are skipped and counted", () => {
    const bad: Row[] = [
      { units: -1 },
      { units: Number.NaN },
      { logPrice: Number.POSITIVE_INFINITY },
      { t: Number.NaN },
    ];
    const report = reportOf(series(90, (day) => bad[day] ?? {}));
    expect(report.skipped).toBe(4);
    expect(report.rows).toBe(86);
    expect(Number.isFinite(report.mean) && Number.isFinite(report.sd)).toBe(true);
  });

  it("one bulk order hardly moves the elasticity", () => {
    const plain = reportOf(series(120));
    const bulk = reportOf(series(120, (day) => (day === 100 ? { units: 5000 } : {})));
    expect(Math.abs(bulk.mean - plain.mean)).toBeLessThan(0.5);
    expect(Number.isFinite(bulk.mean)).toBe(true);
  });

  it("one bulk order is not taken for its weekday's demand", () => {
    const sumsOf = (units: number) =>
      filterSeries(
        series(120, (day) => (day === 100 ? { units } : {})),
        defaultPrior(),
      );
    const [some, many] = [sumsOf(500).weekdayUnits, sumsOf(50_000).weekdayUnits];
    expect(many).toEqual(some);
  });

  it("an empty series reports its prior", () => {
    const report = reportOf({ sku: "a", category: "c", period: "day", periods: [] });
    expect(report.mean).toBeCloseTo(-2.4, 6);
    expect(report.rows).toBe(0);
  });
});

describe("sold-out periods", () => {
  it("stand for E[Y | Y >= y] of their Poisson mean", () => {
    // μ = 2, y = 1: 2·1/(1 - e⁻²); y = 0 says nothing.
    expect(censoredMean(1, 2)).toBeCloseTo(2 / (1 - Math.exp(-2)), 12);
    expect(censoredMean(0, 2)).toBe(2);
    expect(censoredMean(50, 2)).toBe(50);
  });

  it("lift the level when they are marked", () => {
    const capped = (_: number, row: DemandPeriod): Row => ({ units: Math.min(row.units, 3) });
    const marked = (day: number, row: DemandPeriod): Row => ({
      ...capped(day, row),
      censored: row.units >= 3,
    });
    const plain = dailyDemand(filterSeries(series(90, capped), defaultPrior()));
    const corrected = dailyDemand(filterSeries(series(90, marked), defaultPrior()));
    expect(corrected.logMean).toBeGreaterThan(plain.logMean + 0.2);
  });
});

describe("bulkCap", () => {
  it("leaves credible counts alone and caps absurd ones", () => {
    expect(bulkCap(12, 5, 1.5, 0.05)).toBe(12);
    const cap = bulkCap(1000, 5, 1.5, 0.05);
    expect(cap).toBeGreaterThan(15);
    expect(cap).toBeLessThan(60);
  });
});

describe("calendar", () => {
  it("recovers weekday and holiday effects from the filters' sums", () => {
    const effect = [0.3, -0.2, -0.2, -0.1, 0, 0.1, 0.1];
    const calendar = Object.fromEntries([20_020, 20_050, 20_080, 20_110].map((t) => [t, "fair"]));
    const none = { weekday: [0, 0, 0, 0, 0, 0, 0], holidays: {}, calendar };
    const catalogue = Array.from({ length: 20 }, (_, i) => {
      const demand = (t: number) =>
        20 * Math.exp(effect[weekdayOf(t)]! + (calendar[t] === undefined ? 0 : 0.5));
      const input = series(120, (day) => {
        const mean = demand(20_000 + day) * (gamma(20, 3, i, day) / 20);
        return { units: poisson(mean, uniform(2, i, day)), logPrice: 3 };
      });
      return { ...input, sku: `s${i}` };
    });
    const learned = (known: CalendarFactors) =>
      calendarFactors(
        catalogue.map((one) => sufficientOf(filterSeries(one, defaultPrior(), DEFAULT_CONFIG, known))),
      );
    const factors = learned({ ...learned(none), calendar });
    factors.weekday.forEach((value, day) => {
      expect(Math.abs(value - effect[day]!)).toBeLessThan(0.06);
    });
    expect(Math.abs(factors.holidays.fair! - 0.5)).toBeLessThan(0.1);
  });
});

describe("drift", () => {
  it("is flagged after a break of the elasticity and not before", () => {
    const breaking = (elasticityAfter: number) =>
      series(280, (day, row) => {
        const elasticity = day < 168 ? -1 : elasticityAfter;
        return { units: poisson(200 * Math.exp(elasticity * (row.logPrice - 3)), uniform(9, day)) };
      });
    const stable = filterSeries(breaking(-1), defaultPrior());
    expect(stable.stability).toBeLessThan(2.5);
    const worst = [168, 196, 224, 252, 280].map((days) => {
      const cut = { ...breaking(-5), periods: breaking(-5).periods.slice(0, days + 1) };
      return filterSeries(cut, defaultPrior()).stability;
    });
    expect(Math.max(...worst)).toBeGreaterThan(2.5);
    expect(worst[0]!).toBeLessThan(2.5);
  });
});

describe("labels", () => {
  it.each([
    [0.1, 0.01, "inelastic"],
    [0.99, 0.9, "elastic"],
    [0.9, 0.2, "moderate"],
    [0.6, 0.3, "uncertain"],
  ])("P(e<-1) = %f, P(e<-2) = %f is %s", (belowOne, belowTwo, label) => {
    expect(labelOf(belowOne, belowTwo)).toBe(label);
  });

  it.each([
    [-1.5, "high"],
    [-1, "high"],
    [-0.5, "medium"],
    [-0.3, "medium"],
    [-0.1, "low"],
    [0.2, "low"],
  ])("sensitivity of %f is %s", (elasticity, sensitivity) => {
    expect(sensitivityOf(elasticity)).toBe(sensitivity);
  });
});

describe("choice of the observation model", () => {
  const weekly = (units: number[]): ElasticitySeries => ({
    sku: "w",
    category: "c",
    period: "week",
    periods: units.map((value, i) => ({
      t: 7 * i,
      units: value,
      logPrice: 1,
      logCompetitor: null,
      exposure: 1,
    })),
  });
  it.each([
    [[80, 60, 90], "log-normal"],
    [[80, 0, 90], "quasi-poisson"],
    [[8, 6, 9], "quasi-poisson"],
    [[], "quasi-poisson"],
  ] as const)("weekly units %j are %s", (units, expected) => {
    expect(observationOf(weekly([...units]))).toBe(expected);
  });
  it("days are always counts", () => {
    expect(observationOf(series(30, () => ({ units: 500 })))).toBe("quasi-poisson");
  });
});

describe("overdispersed days", () => {
  it("are flagged and modelled as weekly totals", () => {
    const wild = series(140, (day) => ({ units: Math.round(400 * Math.exp(2 * uniform(4, day))) }));
    const state = filterSeries(wild, defaultPrior());
    expect(reportOf(wild).overdispersed).toBe(true);
    const weekly = preferredSeries(wild, state);
    expect(weekly.period).toBe("week");
    expect(weekly.periods).toHaveLength(20);
    const total = (rows: readonly DemandPeriod[]) => rows.reduce((sum, { units }) => sum + units, 0);
    expect(total(weekly.periods)).toBe(total(wild.periods));
    expect(filterSeries(weekly, defaultPrior()).observation).toBe("log-normal");
    const calm = series(140);
    expect(preferredSeries(calm, filterSeries(calm, defaultPrior()))).toBe(calm);
  });

  it("leave out a week with a missing day", () => {
    const whole = series(21);
    const gap = { ...whole, periods: whole.periods.filter(({ t }) => t !== 20_010) };
    expect(weeklySums(gap).periods.map(({ t }) => t)).toEqual([20_000, 20_014]);
  });
});
