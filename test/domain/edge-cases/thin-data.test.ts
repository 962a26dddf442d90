import { expect } from "vitest";
import { forecastSkuDemand } from "../../../domain/learning/forecasting/sku-demand.ts";
import { series } from "../learning/elasticity/fixture.ts";
import { ordinary } from "../learning/forecasting/fixture.ts";
import { elastic, marketAt } from "../pricing/decision/fixture.ts";
import { chunk, event, past, stock } from "../shard/shop-fixtures.ts";

import { BAND, COST_PLUS, describeCases, FOLLOW, IN_STOCK_AT_19, UNIDENTIFIED } from "./cells.ts";

describeCases([
  {
    name: "no sales for 60 days and more",
    signals: {
      world: (bench) => {
        past(bench, 0);
        const { verdicts } = bench.call({ chunks: [chunk("events", [event({ quantity: 4 })])] });
        return verdicts[0]!.verdicts.map((one) => one.verdict);
      },
      verdicts: ["accepted"],
      open: [],
    },
    elasticity: {
      series: series(90, () => ({ units: 0 })),
      expected: { identified: false, endogeneityFlag: false },
      nearPrior: true,
    },
    forecast: {
      input: {
        history: { days: 200, units: 30, daysSinceSale: 60 },
        recentDays: new Array(90).fill(0),
        unitsToday: 0,
      },
      expected: { source: "category share", intermittent: true, stockout: { level: "No demand", p50: null } },
    },
    optimiser: [
      {
        inputs: { elasticity: elastic(-4), demand: { perDay: 0.003, logVar: 0.5, phi: 1 } },
        expected: { verdict: "hold", reason: "min_gain" },
      },
    ],
  },
  {
    name: "out of stock now",
    signals: {
      world: (bench) => {
        past(bench, 3);
        bench.call({ chunks: [chunk("inventory", [stock({ quantity: 0 })])] });
        return [bench.see({ price: 9000 })];
      },
      verdicts: ["accepted"],
      open: ["LOW_INVENTORY"],
      tells: { LOW_INVENTORY: { severity: 1, evidence: { stock: 0, level: "critical" } } },
    },
    elasticity: {
      series: series(90, (day) => (day >= 80 ? { units: 0, exposure: 0 } : {})),
      expected: { skipped: 0 },
    },
    forecast: {
      input: { stock: 0 },
      expected: {
        source: "filter",
        daily: forecastSkuDemand(ordinary)!.daily,
        stockout: { level: "Out of stock", p50: 0 },
      },
    },
    optimiser: [
      {
        inputs: { stock: 0, elasticity: elastic(-4) },
        expected: { verdict: "hold", reason: "out_of_stock" },
      },
    ],
    strategy: [
      {
        inputs: { stock: 0, market: IN_STOCK_AT_19 },
        policy: FOLLOW,
        expected: { verdict: "hold", reason: "out_of_stock" },
      },
    ],
  },
  {
    name: "no price variation",
    elasticity: {
      series: series(90, () => ({ logPrice: 3 })),
      expected: { identified: false, endogeneityFlag: false },
      nearPrior: true,
    },
    forecast: { input: {}, expected: { source: "filter" } },
    optimiser: [
      {
        inputs: { elasticity: UNIDENTIFIED },
        expected: { verdict: "propose", to: 1899, autoApprovable: false },
      },
      {
        inputs: { elasticity: { ...UNIDENTIFIED, mean: -2.1, sd: 0.8 } },
        expected: { verdict: "hold", to: 1990 },
      },
    ],
  },
  {
    name: "one competitor",
    signals: {
      world: (bench) => [bench.see({ price: 8695 })],
      verdicts: ["accepted"],
      open: ["ABOVE_MARKET", "UNDERCUT alpha"],
      tells: { ABOVE_MARKET: { evidence: { offers: 1 } }, UNDERCUT: { confidence: 0.7 } },
    },
    elasticity: { series: series(90), expected: { noCompetitor: false } },
    forecast: {
      input: {},
      expected: { source: "filter" },
      market: [
        {
          competitors: 1,
          scored: 20,
          expected: { usesForecast: false, reasons: ["too few scored days"] },
        },
        { competitors: 1, scored: 21, expected: { usesForecast: true, reasons: [] } },
        { competitors: 2, scored: 14, expected: { usesForecast: true, reasons: [] } },
      ],
    },
    optimiser: [
      {
        inputs: { market: marketAt(1900, { confidence: 0.69 }) },
        policy: BAND,
        expected: { verdict: "hold" },
      },
      {
        inputs: { market: marketAt(1900, { confidence: 0.7 }) },
        policy: BAND,
        expected: { verdict: "propose", reason: "limit_violated", to: 1899 },
      },
    ],
    strategy: [
      {
        inputs: { market: IN_STOCK_AT_19 },
        policy: FOLLOW,
        expected: { verdict: "propose", reason: "strategy_target", to: 1890 },
      },
    ],
  },
  {
    name: "no competitor",
    signals: {
      world: (bench) => {
        bench.signals();
        return [];
      },
      verdicts: [],
      open: [],
    },
    elasticity: {
      series: series(90, () => ({ logCompetitor: null })),
      expected: {
        noCompetitor: true,
        endogeneity: expect.objectContaining({ controlFunction: null }),
        competitor: expect.objectContaining({ identified: false }),
      },
    },
    forecast: {
      input: {},
      expected: { source: "filter" },
      market: [
        {
          competitors: 0,
          scored: 28,
          expected: { price: null, usesForecast: false, reasons: ["no competitor"] },
        },
      ],
    },
    optimiser: [
      { inputs: { elasticity: elastic(-4) }, policy: BAND, expected: { verdict: "propose", to: 1849 } },
    ],
    strategy: [
      // the optimiser takes over
      {
        inputs: { elasticity: elastic(-4) },
        policy: FOLLOW,
        expected: { verdict: "propose", strategy: "elasticity_optimizer", to: 1849 },
      },
      {
        inputs: {},
        policy: { ...FOLLOW, marketFallback: "freeze" },
        expected: { verdict: "hold", reason: "strategy_hold" },
      },
    ],
  },
  {
    name: "the cost is missing",
    elasticity: { series: series(90), expected: { identified: true, skipped: 0 } },
    forecast: { input: {}, expected: { source: "filter" } },
    optimiser: [
      { inputs: { unitCost: null }, expected: { verdict: "hold", reason: "missing_cost" } },
      {
        inputs: { costImputed: true, elasticity: elastic(-4) },
        expected: { verdict: "propose", to: 1899, autoApprovable: false },
      },
    ],
    strategy: [
      {
        inputs: { unitCost: null },
        policy: COST_PLUS,
        expected: { verdict: "hold", reason: "missing_cost" },
      },
    ],
  },
]);
