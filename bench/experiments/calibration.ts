import {
  addPlacebo,
  calibration,
  changeGrowth,
  OUTCOME_BEFORE,
  OUTCOME_DAYS,
  OUTCOME_LEAST,
  outcomeOf,
  type PlaceboGrowths,
} from "../../domain/evaluation/outcome.ts";
import type { SkuDays } from "../../domain/evaluation/sku-days.ts";
import { installPolicy } from "../arena/install-policy.ts";
import type { Market } from "../arena/market.ts";
import { scenarioOf } from "../arena/scenario.ts";
import { simulate } from "../arena/simulate.ts";
import { createWorld, SKUS, WARM_DAYS } from "../arena/world.ts";

/** Every second product keeps its price: what changed ones are compared with. */
const isKept = (i: number) => i % 2 === 1;

/** A changed price: what was said of it, and whether it truly gained. */
interface Change {
  sku: number;
  day: number;
  pGain: number;
  isGain: boolean;
  unit: { before: number; after: number; net: number };
}

interface Judged {
  pGain: number;
  isGain: boolean;
  /** as the product measures it from what was sold */
  share: number;
  shareSd: number;
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
          for (const [sku, { verdict, from, to, pGain }] of decisions.entries())
            if (verdict === "propose" && !isKept(sku))
              changes.push(changeOf(market, { sku, day, from, to, pGain }));
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

/** Whether the market's own demand makes it a gain on the day. */
function changeOf(
  market: Market,
  { sku, day, from, to, pGain }: { sku: number; day: number; from: number; to: number; pGain: number },
): Change {
  const cost = market.costs[sku]!;
  const profit = (price: number) => (price - cost) * market.meanDemand(sku, price);
  const unit = { before: from - cost, after: to - cost, net: to };
  return { sku, day, pGain, isGain: profit(to) > profit(from), unit };
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
    own.flatMap(({ day, pGain, isGain, unit }, i) => {
      const next = own[i + 1]?.day ?? end;
      const age = Math.min(next - 1 - day, OUTCOME_DAYS);
      if (age < OUTCOME_LEAST) return [];
      const before = i === 0 ? OUTCOME_BEFORE : day - own[i - 1]!.day - 1;
      const growth = changeGrowth(sold[sku]!, { day, age, before });
      const change = {
        ...{ seq: 0, sku: String(sku), proposalId: "", category: categoryOf(sku), currency: "EUR" },
        ...{ from: 0, to: 0, at: 0, day, age, before, unit, pGain, isFinal: true, growth },
        expected: { units: 0, revenue: 0, profit: 0, revenueThen: 0 },
      };
      const outcome = outcomeOf(change, placebos(day + age + 1), { revenueMiss: 0.1 });
      return outcome === null ? [] : [{ pGain, isGain, share: outcome.share, shareSd: outcome.shareSd }];
    }),
  );
}

const share = <T>(items: readonly T[], is: (item: T) => boolean) =>
  items.filter(is).length / Math.max(1, items.length);

/** What was said of changed prices against what truly came, and against what the product measured of it. */
export function outcomeCalibration(seeds: number, days: number) {
  const judged = Array.from({ length: seeds }, (_, s) => playMarket(300_001 + s, days)).flat();
  const bins = calibration(judged).map(({ from, to, n, said, came }) => {
    const ofBin = judged.filter(({ pGain }) => pGain >= from && (pGain < to || to === 1));
    return { from, to, n, said, measured: came, truth: share(ofBin, ({ isGain }) => isGain) };
  });
  const large = bins.filter(({ n }) => n >= 100);
  const off = (of: (bin: (typeof bins)[number]) => number, among = large) => {
    const total = among.reduce((sum, { n }) => sum + n, 0);
    return among.reduce((sum, bin) => sum + (bin.n / total) * Math.abs(of(bin)), 0);
  };
  return {
    decisions: judged.length,
    bins,
    saidAgainstTruth: off(({ said, truth }) => said - truth),
    saidAgainstTruthOfAll: off(({ said, truth }) => said - truth, bins),
    saidAgainstMeasured: off(({ said, measured }) => said - (measured ?? said)),
    measuredAgainstTruth: off(({ measured, truth }) => (measured ?? truth) - truth),
  };
}
