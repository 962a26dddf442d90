import { effectsOf, eliminated, heldAt, information, type System } from "./elimination.ts";
import { fittedEffects } from "./fitted-effects.ts";
import type { OwnDesign } from "./own-design.ts";
import { coefficientDefaults } from "./prior.ts";
import { calendarEvidence, slowEvidence } from "./scale-evidence.ts";
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
function whitened(design: OwnDesign, { weight, response }: Work): System {
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
