import { type Calibration, calibration, type JudgedChange } from "../../domain/evaluation/calibration.ts";
import {
  addPlacebo,
  changeGrowth,
  OUTCOME_BEFORE,
  OUTCOME_DAYS,
  OUTCOME_LEAST,
  outcomeOf,
  type PlaceboGrowths,
  type PriceChangeMeasured,
} from "../../domain/evaluation/outcome.ts";
import type { SkuDays } from "../../domain/evaluation/sku-days.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import { installPolicy } from "../arena/install-policy.ts";
import type { Market } from "../arena/market.ts";
import { scenarioOf } from "../arena/scenario.ts";
import { simulate } from "../arena/simulate.ts";
import { createWorld, SKUS, WARM_DAYS } from "../arena/world.ts";

/** Every second product keeps its price: what changed ones are compared with. */
const isKept = (i: number) => i % 2 === 1;

/** A changed price: what was said of it, and what it truly did to profit, as a share of that before. */
interface Change extends Pick<PriceChangeMeasured, "pGain" | "isTrial" | "unit" | "expected"> {
  sku: number;
  day: number;
  truth: number;
}

/** As the product measures it from what was sold, and the truth. */
interface Judged extends JudgedChange {
  truth: number;
}

/** Plays a market with the product's nights, default settings, every proposal approved, and measures each changed price. */
function playMarket(seed: number, days: number): Judged[] {
  const changes: Change[] = [];
  const sold: SkuDays[] = [];
  const world = createWorld(seed, scenarioOf("B"));
  const factory = (market: Market) => {
    const policy = installPolicy(
      {},
      {
        isKept,
        onNight: (day, { decisions }) => {
          for (const [sku, decision] of decisions.entries())
            if (decision.verdict === "propose" && !isKept(sku))
              changes.push(changeOf(market, sku, day, decision));
        },
      },
    )(market);
    for (let i = 0; i < SKUS; i++)
      sold.push({ first: 0, units: [], profit: [], revenue: [], soldOut: [], price: [] });
    return {
      decide: policy.decide,
      observe: (day: number, sales: Parameters<typeof policy.observe>[1]) => {
        for (const [i, { units, price }] of sales.entries()) {
          const own = sold[i]!;
          own.units.push(units);
          own.soldOut.push(0);
          own.price.push(price);
        }
        policy.observe(day, sales);
      },
    };
  };
  simulate(world, factory, WARM_DAYS + days);
  return measured(changes, sold, (sku) => `category ${world.skus[sku]!.category}`, WARM_DAYS + days);
}

/** What was said of the proposed price, and what the market's own demand makes of it on the day. */
function changeOf(
  market: Market,
  sku: number,
  day: number,
  { from, to, pGain, exploration, expected, delta }: PricingDecision,
): Change {
  const cost = market.costs[sku]!;
  const profit = (price: number) => (price - cost) * market.meanDemand(sku, price);
  return {
    ...{ sku, day, pGain, isTrial: exploration !== null, truth: profit(to) / profit(from) - 1 },
    unit: { before: from - cost, after: to - cost, net: to },
    expected: { ...delta!, revenueThen: expected!.revenue },
  };
}

function measured(
  changes: readonly Change[],
  sold: readonly SkuDays[],
  categoryOf: (sku: number) => string,
  end: number,
): Judged[] {
  const placebosOf = new Map<number, PlaceboGrowths>();
  const placebos = (today: number) => {
    const known = placebosOf.get(today) ?? {};
    if (!placebosOf.has(today)) {
      for (const [sku, days] of sold.entries())
        if (isKept(sku)) addPlacebo(known, categoryOf(sku), days, today);
      placebosOf.set(today, known);
    }
    return known;
  };
  return [...Map.groupBy(changes, ({ sku }) => sku)].flatMap(([sku, own]) =>
    own.flatMap(({ day, truth, sku: _, ...said }, i) => {
      const next = own[i + 1]?.day ?? end;
      const age = Math.min(next - 1 - day, OUTCOME_DAYS);
      if (age < OUTCOME_LEAST) return [];
      const before = i === 0 ? OUTCOME_BEFORE : day - own[i - 1]!.day - 1;
      const growth = changeGrowth(sold[sku]!, { day, age, before });
      const change = {
        ...{ seq: 0, sku: String(sku), proposalId: "", category: categoryOf(sku), currency: "EUR" },
        ...{ from: 0, to: 0, at: 0, day, age, before, isFinal: true, growth },
        ...said,
      };
      const outcome = outcomeOf(change, placebos(day + age + 1), { revenueMiss: 0.1 });
      const group = `${change.category} ${Math.floor(day / OUTCOME_DAYS)}`;
      return outcome === null ? [] : [{ ...said, ...outcome, group, truth }];
    }),
  );
}

const share = <T>(items: readonly T[], is: (item: T) => boolean) =>
  items.filter(is).length / Math.max(1, items.length);

type Class = Calibration["bins"][number] & { truth: number; trueProfit: number };

/** The classes of the product's page of outcomes, each with the truth; that of trials comes last, from 0 to 1. */
function classesOf(judged: readonly Judged[]): Class[] {
  const { bins, trials } = calibration(judged);
  const withTruth = (found: Calibration["bins"][number], isTrials: boolean) => {
    const { from, to } = found;
    const own = judged.filter(
      ({ pGain, isTrial }) => isTrial === isTrials && pGain >= from && (pGain < to || to === 1),
    );
    const total = own.reduce((sum, { shareSd }) => sum + shareSd ** -2, 0);
    const log = own.reduce((sum, { truth, shareSd }) => sum + Math.log1p(truth) * shareSd ** -2, 0) / total;
    return { ...found, truth: share(own, ({ truth }) => truth > 0), trueProfit: Math.expm1(log) };
  };
  return [
    ...bins.map((bin) => withTruth(bin, false)),
    ...(trials ? [withTruth({ from: 0, to: 1, ...trials }, true)] : []),
  ];
}

const holds = ([low, high]: readonly [number, number], truth: number) => low <= truth && truth <= high;

/** Mean distance over classes, by how many prices they have. */
function distance(classes: readonly Class[], of: (found: Class) => number): number {
  const total = classes.reduce((sum, { n }) => sum + n, 0);
  return classes.reduce((sum, found) => sum + (found.n / total) * Math.abs(of(found)), 0);
}

/**
 * What was said of changed prices, and what the page of outcomes says came of them, against what truly came: over the markets
 * together, and how often the intervals of each market's page have the truth.
 */
export function outcomeCalibration(seeds: number, days: number) {
  const markets = Array.from({ length: seeds }, (_, s) => playMarket(300_001 + s, days));
  const classes = classesOf(markets.flat());
  const pages = markets.flatMap(classesOf).filter(({ profit }) => profit !== null);
  const told = [...classes, ...pages].filter(({ came }) => came !== null);
  return {
    decisions: markets.flat().length,
    classes,
    saidAgainstTruth: distance(
      classes.filter(({ n }) => n >= 100),
      ({ said, truth }) => said - truth,
    ),
    saidAgainstTruthOfAll: distance(classes, ({ said, truth }) => said - truth),
    told: told.length,
    cameAgainstTruth: told.length === 0 ? null : distance(told, ({ came, truth }) => came! - truth),
    pages: pages.length,
    shareCovered: share(pages, ({ interval95, truth }) => holds(interval95, truth)),
    profitCovered: share(pages, ({ profit, trueProfit }) => holds(profit!.interval95, trueProfit)),
  };
}
