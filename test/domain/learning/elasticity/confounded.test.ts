import { describe, expect, it } from "vitest";
import { poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import type { ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";
import { learn } from "./support/learn.ts";
import { type Known, shopSeries } from "./support/shops.ts";

function score(known: readonly Known[]) {
  const { reports } = learn(known.map(({ series }) => series));
  const errors = reports.map(({ mean }, i) => mean - known[i]!.truth);
  const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;
  return {
    covers: share(reports.map(({ ci95 }, i) => ci95[0] <= known[i]!.truth && known[i]!.truth <= ci95[1])),
    rmse: Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length),
    identified: share(reports.map(({ identified }) => identified)),
    reasons: new Set(reports.flatMap(({ reasons }) => reasons.slice(0, 1))),
    reports,
  };
}

const SHOPS: [kind: string, reason: string][] = [
  ["rises-3", "trend-or-season"],
  ["season-8", "trend-or-season"],
  ["markdown", "category"],
  ["inflation", "trend-or-season"],
  ["decline", "trend-or-season"],
  ["weekend", "calendar"],
  ["payday", "calendar"],
  ["own-season", "trend-or-season"],
  ["reactive", "demand-driven"],
  ["promo", "unflagged-promotions"],
  ["sold-out", "sold-out-zeros"],
  ["cycles", "cycle"],
];

describe.each([-2.4, -1.5, -4])("shops whose demand and price move together, mean elasticity %d", (mean) => {
  it.each(
    SHOPS,
  )("%s: the interval holds the truth, nothing is called identified, and it says why: %s", (kind, reason) => {
    const { covers, identified, reasons } = score(shopSeries(kind, mean));
    expect(covers).toBeGreaterThanOrEqual(0.9);
    expect(identified).toBeLessThanOrEqual(0.05);
    expect(reasons).toContain(reason);
  });

  it("learns as much as before from prices that were drawn at random", () => {
    const { covers, rmse, identified, reasons } = score(shopSeries("control", mean));
    expect(covers).toBeGreaterThanOrEqual(0.93);
    expect(rmse).toBeLessThanOrEqual(0.45);
    expect(identified).toBeGreaterThanOrEqual(0.3);
    expect(reasons.size).toBeLessThanOrEqual(2);
  });
});

/** One SKU's days: units ~ Poisson, price and demand as told. */
function alone(
  sku: string,
  days: number,
  row: (t: number) => { price: number; demand: number; randomStep?: number; proposed?: boolean },
): ElasticitySeries {
  const periods = Array.from({ length: days }, (_, day) => {
    const t = 20_640 + day;
    const { price, demand, ...rest } = row(t);
    const units = poisson(demand, uniform(7, day, sku.length, sku.charCodeAt(1)));
    return { t, units, logPrice: Math.log(price), logCompetitor: null, exposure: 1, ...rest };
  });
  return { sku, category: "own", period: "day", periods };
}

describe("a SKU with a category to itself", () => {
  it("that is cheaper on weekends, when demand is threefold, is not identified", () => {
    const isWeekend = (t: number) => [0, 6].includes((t + 4) % 7);
    const series = alone("p07", 140, (t) => {
      const price = isWeekend(t) ? 16 : 20;
      return { price, demand: 60 * (price / 20) ** -2 * (isWeekend(t) ? 3 : 1) };
    });
    const report = learn([series]).reports[0]!;
    expect(report).toMatchObject({ identified: false, reasons: ["calendar"] });
    expect(report.reason).toContain("weekdays");
    expect(report.ci95[0]).toBeLessThan(-2);
    expect(report.ci95[1]).toBeGreaterThan(-2);
  });

  it("whose price was drawn every week is", () => {
    const series = alone("own", 140, (t) => {
      const price = 20 * Math.exp(0.3 * (uniform(1, Math.floor(t / 7)) - 0.5));
      return { price, demand: 60 * (price / 20) ** -2 };
    });
    const report = learn([series]).reports[0]!;
    expect(report).toMatchObject({ identified: true, reasons: [] });
    expect(Math.abs(report.mean + 2)).toBeLessThan(0.6);
  });
});

it.each([-3.3, -1.6])("believes drawn steps where history contradicts them: %d", (truth) => {
  const catalogue = Array.from({ length: 12 }, (_, i) =>
    alone(`s${String.fromCharCode(97 + i)}`, 200, (t) => {
      const week = Math.floor(t / 7);
      const usual = 0.3 * (uniform(2, i, week) - 0.5);
      const step = t >= 20_740 ? 0.2 * (uniform(3, i, Math.floor(t / 4)) - 0.5) : 0;
      // whatever raises the price raises demand four times as much
      const demand = 20 * Math.exp(truth * (usual + step) + 4 * usual);
      return { price: 20 * Math.exp(usual + step), demand, ...(step !== 0 && { randomStep: step }) };
    }),
  );
  const { reports } = learn(catalogue);
  const mean = reports.reduce((sum, report) => sum + report.mean, 0) / reports.length;
  expect(Math.abs(mean - truth)).toBeLessThan(0.4);
  const covering = reports.filter(({ ci95 }) => ci95[0] < truth && ci95[1] > truth);
  expect(covering.length).toBeGreaterThanOrEqual(11);
  const history = learn(
    catalogue.map((series) => ({ ...series, periods: series.periods.filter(({ t }) => t < 20_740) })),
  );
  expect(history.reports.every(({ identified }) => !identified)).toBe(true);
});

it("does not believe a history of the wrong sign again because proposals have taught better since", () => {
  const catalogue = Array.from({ length: 12 }, (_, i) =>
    alone(`s${String.fromCharCode(97 + i)}`, 260, (t) => {
      const day = t - 20_640;
      const usual = 0.3 * (uniform(2, i, Math.floor(Math.min(day, 179) / 7)) - 0.5);
      const moved = day < 180 ? 0 : 0.4 * (uniform(3, i, Math.floor(day / 10)) - 0.5);
      // whatever raised the shop's own price raised demand five times as much
      const demand = 20 * Math.exp(-3.5 * (usual + moved) + 5 * usual);
      return { price: 20 * Math.exp(usual + moved), demand, ...(day >= 180 && { proposed: true }) };
    }),
  );
  const { reports, judgement } = learn(catalogue);
  expect(judgement.categories.own?.distrust).toBe("wrong-sign");
  const mean = reports.reduce((sum, report) => sum + report.mean, 0) / reports.length;
  expect(Math.abs(mean + 3.5)).toBeLessThan(0.5);
});

/** SKUs that grow or decline by up to .4 % a day, at prices that follow a sixth of it until proposals move them. */
function growing(): ElasticitySeries[] {
  return Array.from({ length: 40 }, (_, i) => {
    const growth = 0.008 * (uniform(11, i) - 0.5);
    const followed = (day: number) => (growth / 6) * Math.min(day, 365);
    return {
      ...alone(`s${String.fromCharCode(65 + i)}`, 455, (t) => {
        const day = t - 20_640;
        // what grows is cut every other week, what declines raised
        const moved = -Math.sign(growth) * 0.06 * Math.max(0, Math.ceil((day - 365) / 14));
        const logPrice = followed(day) + (day >= 365 ? moved : 0);
        const demand = 8 * Math.exp(growth * day - 2 * logPrice);
        return { price: 20 * Math.exp(logPrice), demand, ...(day >= 365 && { proposed: true }) };
      }),
      category: "growing",
    };
  });
}

describe("growth that prices followed", () => {
  const catalogue = growing();
  const { reports, judgement } = learn(catalogue);

  it("is known by what such prices seem to do all over the shop", () => {
    // a sixth of the growth for the price: six more than the elasticity
    expect(judgement.unrelated?.regular?.centre).toBeGreaterThan(2);
    expect(judgement.unrelated?.regular?.centre).toBeLessThan(5);
  });

  it("is not taken for the answer to what proposals did since", () => {
    const errors = reports.map(({ mean }) => mean + 2);
    const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(rmse).toBeLessThan(0.6);
    expect(reports.filter(({ ci95 }) => ci95[0] < -2 && ci95[1] > -2).length).toBeGreaterThanOrEqual(37);
  });
});

describe("proposals that move a whole category's prices alike", () => {
  const { reports } = learn(
    Array.from({ length: 20 }, (_, i) => {
      const elasticity = i % 2 === 0 ? -1.6 : -3.2;
      return alone(`s${String.fromCharCode(65 + i)}`, 260, (t) => {
        const day = t - 20_640;
        const moved = day < 90 ? 0 : 0.2 * (uniform(21, Math.floor(day / 10)) - 0.5);
        // the whole category has days of its own
        const shock = 0.2 * (uniform(22, day) - 0.5);
        const demand = 20 * Math.exp(elasticity * moved + shock);
        return { price: 20 * Math.exp(moved), demand, ...(day >= 90 && { proposed: true }) };
      });
    }),
  );
  const meanOf = (which: number) =>
    reports.reduce((sum, { mean }, i) => sum + (i % 2 === which ? mean : 0), 0) / 10;

  it("tell which of its products are the more elastic", () => {
    expect(meanOf(0) - meanOf(1)).toBeGreaterThan(0.5);
  });

  it("hardly tell how elastic they all are", () => {
    expect(Math.min(...reports.map(({ sd }) => sd))).toBeGreaterThan(0.3);
  });
});

describe("a change of elasticity of late", () => {
  const catalogue = (factor: number) =>
    Array.from({ length: 40 }, (_, i) => ({
      ...alone(`s${i}`, 210, (t) => {
        const x = 0.4 * (uniform(4, i, Math.floor(t / 7)) - 0.5);
        const slope = -2.4 * (t >= 20_790 && i % 2 === 0 ? factor : 1);
        return { price: 20 * Math.exp(x), demand: 12 * Math.exp(slope * x) };
      }),
      category: i % 2 === 0 ? "broken" : "steady",
    }));

  it("shows within 60 days in the category that has it, and the interval holds the new value", () => {
    const { reports } = learn(catalogue(1.6));
    const broken = reports.filter(({ category }) => category === "broken");
    expect(broken.filter(({ drifting }) => drifting).length).toBeGreaterThanOrEqual(14);
    expect(broken.filter(({ ci95 }) => ci95[0] < -3.84 && ci95[1] > -3.84).length).toBeGreaterThanOrEqual(16);
    const steady = reports.filter(({ category }) => category === "steady");
    expect(steady.filter(({ drifting }) => drifting).length).toBeLessThanOrEqual(2);
  });

  it("is not seen where there is none", () => {
    const { reports } = learn(catalogue(1));
    expect(reports.filter(({ drifting }) => drifting).length).toBeLessThanOrEqual(2);
  });
});
