import { addScaled, apply, inverse, symmetrised, transpose } from "../../base/matrix.ts";
import { type EndogeneityEvidence, endogeneityEvidence } from "./endogeneity.ts";
import { clonePrior, coefficientNames, type Prior } from "./prior.ts";
import { PERIOD_DAYS, type Period } from "./series.ts";
import { periodIndex, type SpellEvidence, spellEvidence } from "./spells.ts";
import { cloneState, type FilterState, type Observation } from "./state.ts";

/**
 * What pooling needs of one SKU, plain JSON: the likelihood's information about b with the level integrated
 * out, independent of the prior that the filter ran under.
 */
export interface Sufficient {
  sku: string;
  category: string;
  period: Period;
  observation: Observation;
  /** Names of the coefficients, in the order of J and h. */
  names: string[];
  /** Information matrix J (d × d, row-major) and vector h = J·b̂, taking rows as independent. */
  J: number[];
  h: number[];
  /** Rows behind it. */
  n: number;
  /** Evidence on how far they are not (see `designEffect`). */
  spells: SpellEvidence;
  /** Evidence on whether the price was set by demand, the design effect of spells not yet in it. */
  endogeneity: EndogeneityEvidence;
  /**
   * Recent standardised one-step residuals: `residuals[k]` belongs to period `residualStart + k`; 0 = none.
   */
  residualStart: number;
  residuals: number[];
  /** Calendar sums of the SKU (see `calendarFactors`). */
  weekdayUnits: number[];
  weekdayBase: number[];
  holidays: Record<string, { units: number; base: number }>;
}

const INFORMATION_MIN = 1e-9;

/** J = P_bb⁻¹ - S⁻¹ and h = P_bb⁻¹ m_b - S⁻¹ u, without the design effect. */
export function rawInformation(state: FilterState): { J: number[]; h: number[] } {
  const p = state.mean.length;
  const d = p - 1;
  const block: number[] = [];
  for (let i = 1; i < p; i++) {
    for (let j = 1; j < p; j++) block.push(state.covariance[i * p + j]!);
  }
  const posterior = inverse(block, d);
  const prior = inverse(state.prior.covariance, d);
  const J = addScaled(posterior, prior, -1);
  const h = addScaled(apply(posterior, state.mean.slice(1)), apply(prior, state.prior.mean), -1);
  return { J: guarded(J, d), h };
}

/** Rounding can leave J a hair indefinite: floors its diagonal and limits the off-diagonal to it. */
function guarded(J: number[], d: number): number[] {
  for (let i = 0; i < d; i++) J[i * d + i] = Math.max(J[i * d + i]!, INFORMATION_MIN);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const limit = Math.sqrt(J[i * d + i]! * J[j * d + j]!);
      const value = Math.max(-limit, Math.min(limit, J[i * d + j]!));
      J[i * d + j] = value;
      J[j * d + i] = value;
    }
  }
  return J;
}

/** How far an elasticity has come since, given the effects θ before: N(mean - gain·θ, variance). */
export interface Since {
  mean: number;
  gain: number[];
  variance: number;
}

/** What a SKU's prior is made from, of its sufficient statistics. */
export interface Likelihood extends Pick<Sufficient, "category" | "names" | "J" | "h" | "spells"> {
  /** Log likelihood of what has been integrated out of it, up to a constant. */
  log?: number;
  /** What has changed of the own effect since, where it is of a SKU that alone has changed. */
  since?: Since;
  /** How far the shop's own price is from the usual, in elasticity, where it is known: see `withIncumbent`. */
  priced?: number;
  /** b_L, the elasticity at which the shop's own price would be the best one, where it is known. */
  lerner?: number;
}

/** What a filtered SKU says of its coefficients. */
function likelihoodOf(state: FilterState): Likelihood {
  const names = coefficientNames(state.covariateNames);
  return { category: state.category, names, ...rawInformation(state), spells: spellEvidence(state.spells) };
}

/** Sufficient statistics of a filtered SKU. */
export function sufficientOf(state: FilterState): Sufficient {
  const { names, J, h, spells } = likelihoodOf(state);
  const last = state.residualIndex;
  const first = periodIndex(state.firstT, PERIOD_DAYS[state.period]);
  const size = Math.min(state.residuals.length, Math.max(0, last - first + 1));
  const residualStart = last - size + 1;
  const ring = state.residuals.length;
  return {
    sku: state.sku,
    category: state.category,
    period: state.period,
    observation: state.observation,
    names,
    J,
    h,
    n: state.count,
    spells,
    endogeneity: endogeneityEvidence(state, 1),
    residualStart,
    residuals: Array.from({ length: size }, (_, k) => state.residuals[(residualStart + k) % ring]!),
    weekdayUnits: [...state.weekdayUnits],
    weekdayBase: [...state.weekdayBase],
    holidays: Object.fromEntries(Object.entries(state.holidays).map(([name, sums]) => [name, { ...sums }])),
  };
}

/**
 * Replaces the prior a state ran under, keeping the information its data gave: P_bb' = (J + S'⁻¹)⁻¹, m_b' =
 * P_bb'(h + S'⁻¹u'); the level follows by its regression K = P_0b P_bb⁻¹ on b. Swapping to the same prior
 * twice equals swapping once. Returns a new state.
 */
export function swapPrior(state: FilterState, prior: Prior): FilterState {
  const d = prior.mean.length;
  const p = d + 1;
  const { J, h } = rawInformation(state);
  const priorPrecision = inverse(prior.covariance, d);
  const block = inverse(addScaled(J, priorPrecision, 1), d);
  const mean = apply(block, addScaled(h, apply(priorPrecision, prior.mean), 1));
  const oldBlock: number[] = [];
  const cross: number[] = [];
  for (let i = 1; i < p; i++) {
    cross.push(state.covariance[i]!);
    for (let j = 1; j < p; j++) oldBlock.push(state.covariance[i * p + j]!);
  }
  const K = apply(inverse(oldBlock, d), cross);
  const difference = symmetrised(addScaled(block, oldBlock, -1), d);
  const next = cloneState(state);
  next.prior = clonePrior(prior);
  const shift = addScaled(mean, state.mean.slice(1), -1);
  next.mean = [state.mean[0]! + dot(K, shift), ...mean];
  next.covariance[0] = Math.max(state.covariance[0]! + dot(K, apply(difference, K)), 1e-10);
  const newCross = apply(transpose(block, d), K);
  for (let i = 0; i < d; i++) {
    next.covariance[i + 1] = newCross[i]!;
    next.covariance[(i + 1) * p] = newCross[i]!;
    for (let j = 0; j < d; j++) next.covariance[(i + 1) * p + j + 1] = block[i * d + j]!;
  }
  return next;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
