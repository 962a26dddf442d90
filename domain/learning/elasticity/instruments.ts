import { addMoments, cloneMoments, type Moments, noMoments, regress } from "./moments.ts";
import type { DemandPeriod } from "./series.ts";

/**
 * Sums of the control function: how demand answers to what moves our price from outside (the competitor's price of the
 * period before, our unit cost) beyond the price itself. Columns: own price, competitor before, cost.
 */
export interface InstrumentSums {
  /** The competitor regressor of the row before; the log cost seen first, and last. */
  competitorBefore: number | null;
  logCostRef: number | null;
  logCost: number | null;
  /** What the filter's state has taken of each column: columns × p. */
  absorbed: number[];
  /** Score and information (lower triangle) of the columns as further regressors. */
  score: number[];
  information: number[];
  /** Own price, competitor before, cost, competitor. */
  firstStage: Moments;
}

const COLUMNS = 3;
const OWN_PRICE = 0;
const COMPETITOR_BEFORE = 1;
const COST = 2;
const COMPETITOR_NOW = 3;
/** F statistic below which the instruments hardly move the price (Staiger and Stock 1997). */
const RELEVANT = 10;
const ROWS_MIN = 28;
const INFORMATION_MIN = 1e-9;

/** Evidence about one number: its score and information; score / √information is its t statistic. */
export interface Evidence {
  score: number;
  information: number;
}

export function noInstruments(p: number): InstrumentSums {
  return {
    competitorBefore: null,
    logCostRef: null,
    logCost: null,
    absorbed: new Array<number>(COLUMNS * p).fill(0),
    score: new Array<number>(COLUMNS).fill(0),
    information: new Array<number>((COLUMNS * (COLUMNS + 1)) / 2).fill(0),
    firstStage: noMoments(COLUMNS + 1),
  };
}

export function cloneInstruments(sums: InstrumentSums): InstrumentSums {
  return {
    ...sums,
    absorbed: [...sums.absorbed],
    score: [...sums.score],
    information: [...sums.information],
    firstStage: cloneMoments(sums.firstStage),
  };
}

/** Scratch numbers of one row. */
export interface InstrumentWorkspace {
  readonly columns: Float64Array;
  readonly innovation: Float64Array;
}

export function instrumentWorkspace(): InstrumentWorkspace {
  return { columns: new Float64Array(COLUMNS + 1), innovation: new Float64Array(COLUMNS) };
}

/** Reads the row's columns, for `absorbInstruments`. `x`: the row's regressors. Returns whether there is an instrument. */
export function readInstruments(
  sums: InstrumentSums,
  row: DemandPeriod,
  x: ArrayLike<number>,
  { columns }: InstrumentWorkspace,
): boolean {
  if (row.logCost !== undefined && Number.isFinite(row.logCost)) {
    sums.logCostRef ??= row.logCost;
    sums.logCost = row.logCost;
  }
  columns[OWN_PRICE] = x[1]!;
  columns[COMPETITOR_BEFORE] = sums.competitorBefore ?? x[2]!;
  columns[COST] = sums.logCost === null ? 0 : sums.logCost - sums.logCostRef!;
  columns[COMPETITOR_NOW] = x[2]!;
  sums.competitorBefore = x[2]!;
  if (columns[COMPETITOR_BEFORE] === 0 && columns[COST] === 0 && sums.firstStage.count === 0) return false;
  // a day of an announced promotion has its own regressor
  if (!row.covariates?.some((value) => value !== 0)) addMoments(sums.firstStage, columns);
  return true;
}

/**
 * Takes the row into the score and information of the columns as if each were a further regressor: the filter's own
 * gain is applied to every column, so that level and coefficients are partialled out (de Jong 1991, the augmented
 * filter). `v` = P x, `gain` and `shrink` as the state is corrected by them.
 */
export function absorbInstruments(
  sums: InstrumentSums,
  { x, v }: Readonly<Record<"x" | "v", ArrayLike<number>>>,
  { columns, innovation }: InstrumentWorkspace,
  { gain, shrink }: Readonly<Record<"gain" | "shrink", number>>,
): void {
  const { absorbed, score, information } = sums;
  const p = absorbed.length / COLUMNS;
  for (let c = 0, at = 0; c < COLUMNS; c++) {
    let known = 0;
    for (let i = 0; i < p; i++) known += absorbed[c * p + i]! * x[i]!;
    const own = columns[c]! - known;
    innovation[c] = own;
    score[c]! += own * gain;
    for (let d = 0; d <= c; d++, at++) information[at]! += own * innovation[d]! * shrink;
    const step = own * shrink;
    for (let i = 0; i < p; i++) absorbed[c * p + i]! += v[i]! * step;
  }
}

/**
 * The control function (Hausman 1978; Wooldridge 2015, J. Human Resources 50(2)): is demand's answer to the part of the
 * price that the instruments explain the same as to the rest? The evidence is about the difference, zero if the price
 * did not react to demand; the own effect is partialled out without its prior. Null where no instrument moves the price.
 */
export function controlFunction(sums: InstrumentSums): Evidence | null {
  const { firstStage } = sums;
  if (firstStage.count < ROWS_MIN) return null;
  const instruments = [COMPETITOR_BEFORE, COST].filter((column) => varies(firstStage, column));
  if (instruments.length === 0) return null;
  const controls = varies(firstStage, COMPETITOR_NOW) ? [COMPETITOR_NOW] : [];
  const without = regress(firstStage, OWN_PRICE, controls);
  const fit = regress(firstStage, OWN_PRICE, [...instruments, ...controls]);
  if (without === null || fit === null || fit.squares <= 1e-9 * without.squares) return null;
  const explained = (without.squares - fit.squares) / instruments.length;
  if (!(explained > (RELEVANT * fit.squares) / fit.freedom)) return null;
  return evidenceOf(sums, instruments, fit.slopes);
}

function varies({ count, sums, products }: Moments, variable: number): boolean {
  const square = products[(variable * (variable + 1)) / 2 + variable]!;
  return square - sums[variable]! ** 2 / count > 1e-9 * count;
}

/** Score and information of the instruments' part of the price, the own price partialled out. */
function evidenceOf(
  { score, information }: InstrumentSums,
  instruments: readonly number[],
  slopes: readonly number[],
): Evidence | null {
  const at = (a: number, b: number) => information[(a * (a + 1)) / 2 + b]!;
  let own = 0;
  let sum = 0;
  let square = 0;
  for (let i = 0; i < instruments.length; i++) {
    const a = instruments[i]!;
    sum += slopes[i]! * score[a]!;
    own += slopes[i]! * at(a, OWN_PRICE);
    for (let j = 0; j < instruments.length; j++) {
      const b = instruments[j]!;
      square += slopes[i]! * slopes[j]! * at(Math.max(a, b), Math.min(a, b));
    }
  }
  const price = at(OWN_PRICE, OWN_PRICE);
  if (!(price > INFORMATION_MIN)) return null;
  const left = square - own ** 2 / price;
  if (!(left > INFORMATION_MIN && left > 1e-6 * square)) return null;
  return { score: sum - (own / price) * score[OWN_PRICE]!, information: left };
}
