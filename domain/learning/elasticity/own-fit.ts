import { apply, inverse, logDeterminant } from "../../base/matrix.ts";
import { fittedEffects } from "./fitted-effects.ts";
import {
  CALENDAR_SCALES,
  calendarPrecision,
  type OwnDesign,
  SLOW_COLUMNS,
  SLOW_SCALES,
  slowPrecisions,
} from "./own-design.ts";
import { coefficientDefaults } from "./prior.ts";
import { dropSoldOut, type Zeros, zerosOf } from "./sold-out.ts";
import { addToSpell, noSpells, type SpellEvidence, spellEvidence } from "./spells.ts";

/** What a SKU's history says of the effects asked for, everything else about it eliminated. */
export interface OwnFit {
  names: string[];
  /** Information (q × q) and its vector. */
  J: number[];
  h: number[];
  phi: number;
  /** Rows that look sold out though they are reported as days without a sale; they were left out. */
  soldOut: number;
  zeros: Zeros;
  /** Whether days of one price spell share more than the fit knows: see `designEffect`. */
  spells: SpellEvidence;
  /** Log evidence for each pair of scales in `SLOW_SCALES`, up to a constant; empty where nothing was fitted. */
  slow: number[];
  /** The same for each of `CALENDAR_SCALES`. */
  calendar: number[];
}

/** Variance added to the level a day. */
const LEVEL_NOISE = 0.03 ** 2;
const LEVEL_START = 1e4;
const PASSES = 3;
const DISPERSION_START = 1.5;
const DISPERSION_MAX = 60;
const LOG_MEAN_MIN = -6;
const LOG_MEAN_MAX = 14;
/** Working responses are held within this of the fit: a single bulk order is no trend. */
const STEP_MIN = -3;
const STEP_MAX = 6;
const SQUARE_MAX = 100;

/** One pass's numbers by row. */
interface Work {
  eta: Float64Array;
  weight: Float64Array;
  response: Float64Array;
  fitted: Float64Array;
  level: Float64Array;
  variance: Float64Array;
  predicted: Float64Array;
}

/**
 * Quasi-Poisson regression with a level that walks (West, Harrison and Migon 1985), as iteratively reweighted least squares
 * on working responses; columns and responses are whitened by one Kalman filter of the level (de Jong 1991), so that what
 * is left is ordinary least squares with the wide priors of the design. Three passes; the information is that of the last.
 */
export function fitOwn(design: OwnDesign): OwnFit {
  const n = design.rows.length;
  const q = design.names.length;
  const work: Work = {
    eta: Float64Array.from(design.offset, (offset) => Math.log(Math.max(design.meanUnits, 0.05)) + offset),
    weight: new Float64Array(n),
    response: new Float64Array(n),
    fitted: new Float64Array(n),
    level: new Float64Array(n),
    variance: new Float64Array(n),
    predicted: new Float64Array(n),
  };
  const prior = design.names.map((name, j) => coefficientDefaults(j < design.partCount ? "own" : name));
  let phi = DISPERSION_START;
  let soldOut = 0;
  for (let pass = 1; ; pass++) {
    linearise(design, work, phi);
    const system = whitened(design, work);
    if (pass === PASSES) {
      const { factor, y } = eliminated(design, system, null);
      return {
        names: design.names,
        ...information(factor, y, design.columns, q),
        phi,
        soldOut,
        zeros: zerosOf(design, work.eta, phi),
        spells: spellsOf(design, work),
        slow: slowEvidence(design, system, prior),
        calendar: calendarEvidence(design, system, prior),
      };
    }
    const { factor, y } = eliminated(design, system, prior);
    fitRows(design, work, effectsOf(factor, y, design.columns));
    const held = design.precision.map((_, column) => heldAt(column, design.precision, prior));
    phi = dispersion(design, work, fittedEffects(factor, held.reverse()));
    if (pass === 2) soldOut = dropSoldOut(design, work.eta, phi);
  }
}

/** Working responses and weights about the fit (McCullagh and Nelder 1989): z = η - offset + (y - μ)/μ, w = 1/(φ/μ + s²). */
function linearise(design: OwnDesign, { eta, weight, response }: Work, phi: number): void {
  for (let i = 0; i < eta.length; i++) {
    const mu = Math.exp(eta[i]!);
    const step = (design.rows[i]!.units - mu) / mu;
    const known = design.offsetVariance[i]!;
    weight[i] = known === Number.POSITIVE_INFINITY ? 0 : 1 / (phi / mu + known);
    if (design.rows[i]!.censored === true) weight[i]! /= 2;
    response[i] = eta[i]! - design.offset[i]! + Math.max(STEP_MIN, Math.min(STEP_MAX, step));
  }
}

/** X'V⁻¹X (lower triangle) and X'V⁻¹z with V that of the walking level and the noise. */
function whitened(design: OwnDesign, { weight, response }: Work) {
  const { columns: p, x, elapsed } = design;
  const gram = new Float64Array(p * p);
  const cross = new Float64Array(p);
  const state = new Float64Array(p + 1);
  const innovation = new Float64Array(p);
  let variance = LEVEL_START;
  for (let i = 0; i < weight.length; i++) {
    variance += LEVEL_NOISE * elapsed[i]!;
    if (weight[i] === 0) continue;
    const total = variance + 1 / weight[i]!;
    const gain = variance / total;
    const error = response[i]! - state[p]!;
    state[p]! += gain * error;
    variance *= 1 - gain;
    for (let j = 0, at = i * p; j < p; j++, at++) {
      const own = x[at]! - state[j]!;
      innovation[j] = own;
      state[j]! += gain * own;
      const scaled = own / total;
      cross[j]! += scaled * error;
      for (let k = 0, to = j * p; k <= j; k++, to++) gram[to]! += scaled * innovation[k]!;
    }
  }
  return { gram, cross };
}

/**
 * Cholesky factor with the columns in reverse, so that the effects asked for come last and what else there is has been
 * eliminated before them; y solves L y = right-hand side. `prior` of the effects asked for, if they are to have one.
 */
function eliminated(
  { columns: p, precision }: OwnDesign,
  { gram, cross }: { gram: Float64Array; cross: Float64Array },
  prior: readonly { centre: number; withinVariance: number; betweenVariance: number }[] | null,
) {
  const factor = new Float64Array(p * p);
  const y = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const column = p - 1 - j;
    const held = heldAt(column, precision, prior);
    let right = cross[column]! + held * (prior?.[column]?.centre ?? 0);
    for (let k = 0; k <= j; k++) {
      let value = gram[(p - 1 - k) * p + column]! + (k === j ? held : 0);
      for (let l = 0; l < k; l++) value -= factor[j * p + l]! * factor[k * p + l]!;
      factor[j * p + k] = k < j ? value / factor[k * p + k]! : Math.sqrt(Math.max(value, 1e-12));
    }
    for (let l = 0; l < j; l++) right -= factor[j * p + l]! * y[l]!;
    y[j] = right / factor[j * p + j]!;
  }
  return { factor, y };
}

/** Prior precision of a column's effect. */
function heldAt(column: number, precision: Float64Array, prior: EffectPriors): number {
  const own = prior?.[column];
  return own ? 1 / (own.withinVariance + own.betweenVariance) : precision[column]!;
}

type System = ReturnType<typeof whitened>;
type EffectPriors = Parameters<typeof eliminated>[2];

/**
 * Log evidence for each pair of scales of the slow columns' priors, everything else integrated out. What is neither asked for
 * nor slow is eliminated once; of the rest, with precisions P, A = J + P and b = h + P·centre it is ½ ln|P| - ½ ln|A| + ½ b'A⁻¹b,
 * up to a constant.
 */
function slowEvidence(design: OwnDesign, system: System, prior: NonNullable<EffectPriors>): number[] {
  const asked = design.names.length;
  const size = asked + SLOW_COLUMNS;
  const free = design.precision.map((value, j) => (j < size ? 0 : value));
  const { factor, y } = eliminated({ ...design, precision: free }, system, null);
  const { J, h } = information(factor, y, design.columns, size);
  const pull = h.map((value, j) => value + (j < asked ? heldAt(j, free, prior) * prior[j]!.centre : 0));
  return SLOW_SCALES.map((scales) => {
    const slow = slowPrecisions(scales);
    const total = [...J];
    for (let j = 0; j < size; j++)
      total[j * size + j]! += j < asked ? heldAt(j, free, prior) : slow[j - asked]!;
    const mode = apply(inverse(total, size), pull);
    let evidence =
      slow.reduce((sum, precision) => sum + Math.log(precision), 0) - logDeterminant(total, size);
    for (let j = 0; j < size; j++) evidence += pull[j]! * mode[j]!;
    return Math.round(500 * evidence) / 1000;
  });
}

/** Log evidence for each scale of the calendar columns' priors, everything else integrated out under its own. */
function calendarEvidence(design: OwnDesign, system: System, prior: NonNullable<EffectPriors>): number[] {
  const { columns: p, calendarColumns } = design;
  if (calendarColumns === 0) return [];
  return CALENDAR_SCALES.map((scale) => {
    const held = calendarPrecision(scale);
    const precision = design.precision.map((value, j) => (j < p - calendarColumns ? value : held));
    const { factor, y } = eliminated({ ...design, precision }, system, prior);
    let evidence = (calendarColumns / 2) * Math.log(held);
    for (let j = 0; j < p; j++) evidence += y[j]! ** 2 / 2 - Math.log(factor[j * p + j]!);
    return Math.round(1000 * evidence) / 1000;
  });
}

/** Effects in the order of the columns. */
function effectsOf(factor: Float64Array, y: Float64Array, p: number): Float64Array {
  const effects = new Float64Array(p);
  for (let j = p - 1; j >= 0; j--) {
    let value = y[j]!;
    for (let l = j + 1; l < p; l++) value -= factor[l * p + j]! * effects[p - 1 - l]!;
    effects[p - 1 - j] = value / factor[j * p + j]!;
  }
  return effects;
}

/** J = L₂₂L₂₂' and h = L₂₂y₂ of the last q rows, in the order of the names. */
function information(factor: Float64Array, y: Float64Array, p: number, q: number) {
  const J = new Array<number>(q * q).fill(0);
  const h = new Array<number>(q).fill(0);
  const start = p - q;
  for (let a = 0; a < q; a++) {
    const i = p - 1 - a;
    for (let l = start; l <= i; l++) h[a]! += factor[i * p + l]! * y[l]!;
    for (let b = 0; b < q; b++) {
      const j = p - 1 - b;
      for (let l = start; l <= Math.min(i, j); l++) J[a * q + b]! += factor[i * p + l]! * factor[j * p + l]!;
    }
  }
  return { J, h };
}

/** The fit of each row: effects plus the level given all rows (Rauch, Tung and Striebel 1965). */
function fitRows(design: OwnDesign, work: Work, effects: Float64Array): void {
  const { columns: p, x, elapsed, offset } = design;
  const { eta, weight, response, fitted, level, variance, predicted } = work;
  const n = eta.length;
  let mean = 0;
  let spread = LEVEL_START;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0, at = i * p; j < p; j++, at++) sum += x[at]! * effects[j]!;
    fitted[i] = sum;
    spread += LEVEL_NOISE * elapsed[i]!;
    predicted[i] = spread;
    const gain = weight[i] === 0 ? 0 : spread / (spread + 1 / weight[i]!);
    mean += gain * (response[i]! - sum - mean);
    spread *= 1 - gain;
    level[i] = mean;
    variance[i] = spread;
  }
  for (let i = n - 2; i >= 0; i--) {
    const gain = variance[i]! / predicted[i + 1]!;
    level[i]! += gain * (level[i + 1]! - level[i]!);
    variance[i]! += gain * gain * (variance[i + 1]! - predicted[i + 1]!);
  }
  for (let i = 0; i < n; i++)
    eta[i] = Math.max(LOG_MEAN_MIN, Math.min(LOG_MEAN_MAX, fitted[i]! + level[i]! + offset[i]!));
}

/** Pearson's φ, the degrees of freedom of effects and level taken off. */
function dispersion(design: OwnDesign, { eta, weight, variance }: Work, effects: number): number {
  let squares = 0;
  let rows = 0;
  let freedom = -effects;
  for (let i = 0; i < eta.length; i++) {
    if (weight[i] === 0) continue;
    const mu = Math.exp(eta[i]!);
    squares += Math.min(SQUARE_MAX, (design.rows[i]!.units - mu) ** 2 / (mu + 1e-3));
    freedom += 1 - Math.min(1, variance[i]! * weight[i]!);
    rows++;
  }
  return Math.max(1, Math.min(DISPERSION_MAX, squares / Math.max(freedom, 0.3 * rows)));
}

/** What the fit's one-step errors have in common within the spells of a price. */
function spellsOf({ rows, elapsed }: OwnDesign, { weight, response, fitted }: Work): SpellEvidence {
  const spells = noSpells(rows[0]!.logPrice);
  let mean = 0;
  let variance = LEVEL_START;
  let seen = 0;
  rows.forEach((row, i) => {
    variance += LEVEL_NOISE * elapsed[i]!;
    if (weight[i] === 0) return;
    const total = variance + 1 / weight[i]!;
    const gain = variance / total;
    const error = response[i]! - fitted[i]! - mean;
    mean += gain * error;
    variance *= 1 - gain;
    addToSpell(spells, row, { residual: error / Math.sqrt(total), weight: 1 / total, rows: seen });
    seen++;
  });
  return spellEvidence(spells);
}
