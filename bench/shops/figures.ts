import type { Settings } from "../../domain/settings/settings.ts";
import { spreadOf } from "../arena/metrics.ts";
import { FIRST_DAY, HISTORY_DAYS } from "./calendar.ts";
import { type Estimates, scoreEstimates } from "./estimates.ts";
import { addGains, binsOf, type Gains, type NightCounts, NightWatch } from "./nights.ts";
import { play } from "./play.ts";
import { doNothing, installPolicy, leastSquares, oracle } from "./policies.ts";
import type { Shop } from "./shop.ts";
import { installFor } from "./shop-install.ts";
import { createPanel, type WorldOptions } from "./world.ts";

/** One seed of a shop. Profits are shares over doing nothing. */
interface SeedResult {
  profit: number;
  experiments: number;
  oracle: number;
  ols: number;
  moves: number;
  tried: number;
  seconds: number;
  counts: NightCounts;
}

/** A shop over all seeds. Profits are shares over doing nothing; shares lie between 0 and 1. */
export interface ShopFigures extends Estimates {
  profit: number;
  /** half width of the 95 % interval of the mean over seeds; null of fewer than three */
  profitHalfWidth: number | null;
  /** what prices tried to learn cost beside the last one that was not; below 0 they earned */
  experiments: number;
  oracle: number;
  ols: number;
  /** estimates of the last night; those without "End" are of the first, from history alone */
  biasEnd: number;
  coverage95End: number;
  identifiedEnd: number;
  /** chance of a gain as stated of the prices chosen, and the share that does gain */
  pGainSaid: number;
  pGainTrue: number;
  pGainSaidEarly: number;
  pGainTrueEarly: number;
  chosen: number;
  /** share of chosen prices whose true gain lies in the 80 % interval told */
  gainCovered80: number;
  bins: { from: number; chosen: number; said: number; true: number }[];
  /** price changes, and prices tried to learn, per SKU-day */
  moves: number;
  tried: number;
  seconds: number;
}

/** How a closed loop is played. */
export interface PlayOptions {
  readonly nights: number;
  readonly settings: Settings;
}

/** Plays a shop under all four policies. */
function playSeed(shop: Shop, options: WorldOptions, { nights, settings }: PlayOptions): SeedResult {
  const start = process.cpuUsage();
  const panel = createPanel(shop, options);
  const idle = play(shop, panel, doNothing(panel), nights);
  const over = (profit: number) => profit / idle.profit - 1;
  const watch = new NightWatch(shop, panel);
  const policy = installPolicy(panel, settings, (t, night) => watch.night(t, night));
  const outcome = play(shop, panel, policy, nights, (t, prices) => watch.day(t, prices));
  const { counts } = watch;
  const { user, system } = process.cpuUsage(start);
  return {
    profit: over(outcome.profit),
    experiments: counts.experiments / idle.profit,
    oracle: over(play(shop, panel, oracle(panel), nights).profit),
    ols: over(play(shop, panel, leastSquares(panel), nights).profit),
    moves: outcome.moves,
    tried: counts.tried / (panel.length * nights),
    seconds: (user + system) / 1e6,
    counts,
  };
}

const meanOf = (values: readonly number[]): number => spreadOf(values).mean;

function meanEstimates(all: readonly Estimates[]): Estimates {
  const names = Object.keys(all[0]!) as (keyof Estimates)[];
  return Object.fromEntries(
    names.map((name) => [name, meanOf(all.map((one) => one[name]))]),
  ) as unknown as Estimates;
}

function sumOf(all: readonly Gains[]): Gains {
  const sum: Gains = { chosen: 0, said: 0, true: 0, covered: 0 };
  for (const one of all) addGains(sum, one);
  return sum;
}

/** The figures of a closed loop. */
export function playShop(shop: Shop, worlds: readonly WorldOptions[], how: PlayOptions): ShopFigures {
  const seeds = worlds.map((options) => playSeed(shop, options, how));
  const mean = (of: (seed: SeedResult) => number) => meanOf(seeds.map(of));
  const gains = sumOf(seeds.map(({ counts }) => counts.gains));
  const early = sumOf(seeds.map(({ counts }) => counts.early));
  const last = meanEstimates(seeds.map(({ counts }) => counts.last));
  return {
    ...meanEstimates(seeds.map(({ counts }) => counts.first)),
    profit: mean(({ profit }) => profit),
    profitHalfWidth: seeds.length < 3 ? null : spreadOf(seeds.map(({ profit }) => profit)).halfWidth,
    experiments: mean(({ experiments }) => experiments),
    oracle: mean((seed) => seed.oracle),
    ols: mean(({ ols }) => ols),
    ...{ biasEnd: last.bias, coverage95End: last.coverage95, identifiedEnd: last.identified },
    ...{ pGainSaid: gains.said / gains.chosen, pGainTrue: gains.true / gains.chosen },
    ...{ pGainSaidEarly: early.said / early.chosen, pGainTrueEarly: early.true / early.chosen },
    chosen: gains.chosen,
    gainCovered80: gains.covered / gains.chosen,
    bins: meanBins(seeds),
    moves: mean(({ moves }) => moves),
    tried: mean(({ tried }) => tried),
    seconds: mean(({ seconds }) => seconds),
  };
}

function meanBins(seeds: readonly SeedResult[]): ShopFigures["bins"] {
  const bins = seeds.map(({ counts }) => binsOf(counts));
  return bins[0]!.flatMap(({ from }, b) => {
    const { chosen, said, true: gained } = sumOf(bins.map((own) => own[b]!));
    return chosen === 0 ? [] : [{ from, chosen, said: said / chosen, true: gained / chosen }];
  });
}

/** The figures of the estimates alone, from history. */
export function estimateShop(
  shop: Shop,
  worlds: readonly WorldOptions[],
  settings: Settings,
): Estimates & { seconds: number } {
  const start = process.cpuUsage();
  const scores = worlds.map((options) => {
    const panel = createPanel(shop, options);
    return scoreEstimates(
      panel,
      installFor(panel, settings)
        .learn(FIRST_DAY + HISTORY_DAYS)
        .map(({ report }) => report),
    );
  });
  const { user, system } = process.cpuUsage(start);
  return { ...meanEstimates(scores), seconds: (user + system) / 1e6 / worlds.length };
}
