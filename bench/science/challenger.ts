import { normal, poisson, uniform } from "../../domain/base/keyed-random.ts";
import { BOOSTED, type ChallengerConfig, predictLogMean } from "../../domain/pricing/challenger/config.ts";
import type { Feature } from "../../domain/pricing/challenger/features.ts";
import { fitChallenger } from "../../domain/pricing/challenger/fit.ts";
import { type DemandRows, emptyRows } from "../../domain/pricing/challenger/panel.ts";
import { FOREST } from "./forest.ts";

/** CPU of the tree ensembles on a panel of the size of a category: about 100,000 days × 12 features to train on. */

const SKUS = 515;
const DAYS = 250;
const FEATURES: readonly Feature[] = Array.from({ length: 12 }, (_, f) => ({
  name: f === 0 ? "log_price_ratio" : `feature_${f}`,
  monotone: f < 2 ? -1 : 0,
}));
const ELASTICITY = -2.5;
const PREDICTIONS = 20_000;

/** Demand falls in the price, more steeply above the reference; two other features matter, the rest is noise. */
function panel(seed: number): DemandRows {
  const width = FEATURES.length;
  const rows = emptyRows(FEATURES, SKUS * DAYS);
  for (let sku = 0; sku < SKUS; sku++) {
    const level = 1 + 0.8 * normal(seed, sku, 1);
    const own = ELASTICITY + 0.5 * normal(seed, sku, 2);
    for (let day = 0; day < DAYS; day++) {
      const i = sku * DAYS + day;
      const x = 0.4 * (uniform(seed, sku, Math.floor(day / 7), 3) - 0.5);
      rows.features[i * width] = x;
      for (let f = 1; f < width; f++) rows.features[i * width + f] = normal(seed, sku, day, f + 10);
      const others = 0.15 * rows.features[i * width + 2]! - 0.1 * rows.features[i * width + 1]!;
      const effect = own * x - 3 * Math.max(0, x) ** 2 + others;
      rows.offset[i] = level;
      rows.priceEffect[i] = own * x;
      rows.units[i] = poisson(Math.exp(level + effect), uniform(seed, sku, day, 4));
      rows.group[i] = sku;
      rows.time[i] = day;
    }
  }
  return rows;
}

function cpuSecondsOf<T>(work: () => T): { seconds: number; result: T } {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, result };
}

export interface ChallengerFigures {
  kind: string;
  rows: number;
  features: number;
  trees: number;
  /** CPU of sorting, binning, growing and judging */
  fitSeconds: number;
  microsecondsPerPrediction: number;
  modelKilobytes: number;
  /** slope between 10 % below and above the reference */
  slope: number;
  /** mean held-out Poisson deviance: without a price, with each SKU's true elasticity, with the ensemble */
  deviance: { offset: number; filter: number; challenger: number };
}

function measure(rows: DemandRows, config: ChallengerConfig): ChallengerFigures {
  const { seconds, result } = cpuSecondsOf(() => fitChallenger(rows, config));
  if (result.kind === "none") throw new Error(result.why);
  const { model, heldOut } = result;
  const width = FEATURES.length;
  const predicted = cpuSecondsOf(() => {
    let sum = 0;
    for (let i = 0; i < PREDICTIONS; i++) sum += predictLogMean(model, rows.features, 0, i * width);
    return sum;
  });
  const logMeanAt = (x: number) => predictLogMean(model, [x, ...new Array<number>(width - 1).fill(0)]);
  return {
    kind: config.kind,
    rows: result.rows,
    features: width,
    trees: model.trees.length,
    fitSeconds: seconds,
    microsecondsPerPrediction: (predicted.seconds / PREDICTIONS) * 1e6,
    modelKilobytes: Math.round(JSON.stringify(model).length / 1024),
    slope: (logMeanAt(0.1) - logMeanAt(-0.1)) / 0.2,
    deviance: {
      offset: heldOut.offset.deviance,
      filter: heldOut.filter.deviance,
      challenger: heldOut.challenger.deviance,
    },
  };
}

/** Fits both ensembles, prints a table and returns the figures. Deterministic but for the times. */
export function benchChallenger(): ChallengerFigures[] {
  const rows = panel(1);
  const figures = [BOOSTED, FOREST].map((config) => measure(rows, config));
  console.log(`challenger: tree ensembles, ${ELASTICITY} true mean elasticity`);
  console.log(
    "  kind      rows  trees  fit s  µs/pred  model kB  slope  deviance: no price, true elasticities, ours",
  );
  for (const { kind, rows: count, trees, fitSeconds, deviance, ...rest } of figures) {
    const numbers = [fitSeconds.toFixed(2), rest.microsecondsPerPrediction.toFixed(1), rest.modelKilobytes];
    const scores = [deviance.offset, deviance.filter, deviance.challenger].map((value) => value.toFixed(4));
    console.log(
      `  ${kind}  ${count}  ${trees}  ${numbers.join("  ")}  ${rest.slope.toFixed(2)}  ${scores.join(" ")}`,
    );
  }
  return figures;
}

if (import.meta.main) console.log(JSON.stringify(benchChallenger()));
