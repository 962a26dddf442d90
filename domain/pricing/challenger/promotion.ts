import { betaI } from "../../base/special-functions.ts";
import { countQuantiles } from "../../learning/forecasting/count-distribution.ts";
import type { DemandRows } from "./panel.ts";

/** How a model predicted days that it was not trained on; less is better but for coverage, which should be .8. */
interface BacktestScore {
  /** mean Poisson deviance per day */
  deviance: number;
  /** root mean squared error over that of yesterday's units as forecast, weighted by units */
  wrmsse: number;
  /** mean pinball loss at 10, 50 and 90 % */
  pinball: number;
  /** share of days within the 80 % interval */
  coverage: number;
}

/** The challenger's backtest against the filter, and whether it may set prices. Plain JSON. */
export interface Promotion {
  promoted: boolean;
  /** in words, where it is not */
  why: string | null;
  /** periods of a fortnight that were compared */
  blocks: number;
  filter: BacktestScore;
  challenger: BacktestScore;
  /** the smallest one-sided p of the Diebold-Mariano test among the metrics that gained enough; null if none did */
  p: number | null;
}

const BLOCK_DAYS = 14;
const BLOCKS_MAX = 8;
const BLOCKS_MIN = 4;
/** A metric may get worse by this share of it, and one has to gain by that. */
const WORSE_MAX = 0.02;
const BETTER_MIN = 0.01;
const P_MAX = 0.1;
const COVERAGE = 0.8;
const PROBABILITIES = [0.1, 0.5, 0.9];

/** Losses of one model, block by block. */
interface Losses {
  deviance: number[];
  wrmsse: number[];
  pinball: number[];
  inside: number;
  rows: number;
}

const METRICS = ["deviance", "wrmsse", "pinball"] as const;

/** Rows of each block, newest last; the days before the blocks are left out. */
function blocksOf({ time, units }: DemandRows): number[][] {
  const last = time.reduce((latest, t) => Math.max(latest, t), Number.NEGATIVE_INFINITY);
  const blocks = Array.from({ length: BLOCKS_MAX }, (): number[] => []);
  for (let i = 0; i < units.length; i++) {
    const block = BLOCKS_MAX - 1 - Math.floor((last - time[i]!) / BLOCK_DAYS);
    blocks[block]?.push(i);
  }
  return blocks.filter(({ length }) => length > 0);
}

/** Of each SKU its share of the units sold, and the mean square of the change from one row to the next. */
function scalesOf({ group, units }: DemandRows): Map<number, { weight: number; scale: number }> {
  const sums = new Map<number, { units: number; squares: number; rows: number; before: number | null }>();
  let sold = 0;
  for (let i = 0; i < units.length; i++) {
    const sku = sums.get(group[i]!) ?? { units: 0, squares: 0, rows: 0, before: null };
    sums.set(group[i]!, sku);
    if (sku.before !== null) {
      sku.squares += (units[i]! - sku.before) ** 2;
      sku.rows++;
    }
    sku.before = units[i]!;
    sku.units += units[i]!;
    sold += units[i]!;
  }
  return new Map(
    [...sums].map(([sku, { units: own, squares, rows }]) => [
      sku,
      { weight: own / Math.max(1, sold), scale: rows > 0 && squares > 0 ? squares / rows : 1 },
    ]),
  );
}

function lossesOf(rows: DemandRows, logMeans: Float64Array, blocks: readonly number[][]): Losses {
  const { units, group } = rows;
  const scales = scalesOf(rows);
  const judged = blocks.flat();
  const pearson = judged.reduce((sum, i) => {
    const mean = Math.exp(logMeans[i]!);
    return sum + (units[i]! - mean) ** 2 / mean;
  }, 0);
  const phi = Math.max(1, pearson / Math.max(1, judged.length));
  const losses: Losses = { deviance: [], wrmsse: [], pinball: [], inside: 0, rows: judged.length };
  for (const block of blocks) {
    const squares = new Map<number, { sum: number; rows: number }>();
    let deviance = 0;
    let pinball = 0;
    for (const i of block) {
      const y = units[i]!;
      const mean = Math.exp(logMeans[i]!);
      deviance += 2 * ((y > 0 ? y * Math.log(y / mean) : 0) - (y - mean));
      const own = squares.get(group[i]!) ?? { sum: 0, rows: 0 };
      squares.set(group[i]!, own);
      own.sum += (y - mean) ** 2;
      own.rows++;
      const quantiles = countQuantiles(mean, phi * mean, PROBABILITIES);
      PROBABILITIES.forEach((p, k) => {
        const error = y - quantiles[k]!;
        pinball += Math.max(p * error, (p - 1) * error) / PROBABILITIES.length;
      });
      if (quantiles[0]! <= y && y <= quantiles[2]!) losses.inside++;
    }
    losses.deviance.push(deviance / block.length);
    losses.pinball.push(pinball / block.length);
    losses.wrmsse.push(
      [...squares].reduce((sum, [sku, { sum: square, rows: count }]) => {
        const { weight, scale } = scales.get(sku)!;
        return sum + weight * Math.sqrt(square / count / scale);
      }, 0),
    );
  }
  return losses;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function scoreOf({ deviance, wrmsse, pinball, inside, rows }: Losses): BacktestScore {
  return {
    deviance: mean(deviance),
    wrmsse: mean(wrmsse),
    pinball: mean(pinball),
    coverage: inside / Math.max(1, rows),
  };
}

/**
 * One-sided p of equal accuracy (Diebold and Mariano 1995) on blocks that do not overlap, with the small-sample factor
 * and Student's t of Harvey, Leybourne and Newbold (1997). Small where `challenger` loses less than `filter`.
 */
export function dieboldMariano(filter: readonly number[], challenger: readonly number[]): number {
  const n = filter.length;
  const gains = filter.map((loss, k) => loss - challenger[k]!);
  const gain = mean(gains);
  const variance = mean(gains.map((one) => (one - gain) ** 2));
  if (n < 2) return 1;
  if (variance === 0) return gain > 0 ? 0 : 1;
  const t = (gain / Math.sqrt(variance / n)) * Math.sqrt((n - 1) / n);
  const tail = 0.5 * betaI((n - 1) / (n - 1 + t * t), (n - 1) / 2, 0.5);
  return t > 0 ? tail : 1 - tail;
}

/**
 * May the challenger set prices in the filter's stead? On the last eight fortnights of products that it was not trained
 * on, no metric may be worse by more than 2 %, and one has to be better by more than 1 % beyond chance.
 */
export function promotionOf(
  rows: DemandRows,
  logMeans: { filter: Float64Array; challenger: Float64Array },
): Promotion {
  const blocks = blocksOf(rows);
  const before = lossesOf(rows, logMeans.filter, blocks);
  const after = lossesOf(rows, logMeans.challenger, blocks);
  const [filter, challenger] = [scoreOf(before), scoreOf(after)];
  const gained = METRICS.filter((metric) => challenger[metric] < filter[metric] * (1 - BETTER_MIN));
  const ps = gained.map((metric) => dieboldMariano(before[metric], after[metric]));
  const p = ps.length > 0 ? Math.min(...ps) : null;
  const why = refusal(blocks.length, filter, challenger, p);
  return { promoted: why === null, why, blocks: blocks.length, filter, challenger, p };
}

function refusal(
  blocks: number,
  filter: BacktestScore,
  challenger: BacktestScore,
  p: number | null,
): string | null {
  if (blocks < BLOCKS_MIN)
    return `${blocks} fortnights to judge the challenger by, at least ${BLOCKS_MIN} needed`;
  const worse: string[] = METRICS.filter((metric) => challenger[metric] > filter[metric] * (1 + WORSE_MAX));
  const miss = (score: BacktestScore) => Math.abs(score.coverage - COVERAGE);
  if (miss(challenger) > miss(filter) + WORSE_MAX) worse.push("coverage");
  if (worse.length > 0) return `the challenger is worse than the elasticity model: ${worse.join(", ")}`;
  if (p === null) return "the challenger predicts no better than the elasticity model";
  return p < P_MAX ? null : "the challenger's lead over the elasticity model may be chance";
}
