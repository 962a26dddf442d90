import { inverse, logDeterminant } from "../../base/matrix.ts";
import type { EndogeneityStatistics } from "./endogeneity.ts";
import type { SlowScales } from "./own-design.ts";
import type { PromotionBias } from "./prior.ts";
import type { CalendarFactors } from "./series.ts";

/** Posterior of one category's mean coefficients, the tenant mean's uncertainty in it. */
interface CategoryHyper {
  /** Mean vector μ_c and its covariance V_c (row-major), in the order of `Hyper.names`. */
  mean: number[];
  covariance: number[];
  /** Likelihood information about μ_c with SKU heterogeneity integrated out, and its vector. */
  information: { L: number[]; a: number[] };
  /** SKUs pooled, and the design effect of shocks they share. */
  skus: number;
  designEffect: number;
  /** Whether the category's prices were set by demand. */
  endogeneity: EndogeneityStatistics;
  /** Mean of `Likelihood.priced` over its SKUs; absent where no price is known. */
  priced?: number;
  /** Calendar effects on log demand. */
  calendar: Omit<CalendarFactors, "calendar">;
  /** Day number of the run that learned this calendar, where later runs go by it. */
  calendarSince?: number;
}

/** How likely it is that a shop's prices are right; what is left is the chance that they are evidence among others. */
export interface PricesRight {
  /** each product's is the best one for it: every elasticity is b_L, give or take little */
  each: number;
  /** those of a category are in the mean: its elasticities are b_L in the mean, and differ from it as products do */
  inTheMean: number;
}

/** Hyperparameters of one install: plain JSON, the outcome of `pool` and the warm start of the next one. */
export interface Hyper {
  /** Union of the coefficient names of all SKUs: own, competitor, then covariates in alphabetical order. */
  names: string[];
  /** True if the series pooled are weekly or monthly. */
  weekly: boolean;
  /** Tenant mean g and its covariance, between-category covariance T, within-category covariance Σ. */
  centre: number[];
  uncertainty: number[];
  between: number[];
  within: number[];
  categories: Record<string, CategoryHyper>;
  /** Likelihood information about the tenant mean with heterogeneity marginalised, and its vector. */
  information: { G: number[]; k: number[] };
  skus: number;
  /** Common ratio of the design effect of price spells. */
  spellRatio: number;
  /** Variance of standardised one-step residuals, at most 1: how conservative the filter's dispersion is. */
  calibration: number;
  /** Mean of `Likelihood.priced` over all SKUs. */
  priced?: number;
  /** How likely the shop's prices are right (`chancesRight`); absent where no price tells. */
  pricesRight?: PricesRight;
  /** How biased it is what promotions teach (`promotionBias`); absent = `USUAL_PROMOTIONS`. */
  promotions?: PromotionBias;
  /** How large trends and seasons of single SKUs are (`slowScales`); absent = as the widest priors have them. */
  slowScales?: SlowScales;
  /** How far weekdays and months of single SKUs go beyond their categories' (`calendarScale`); absent = as far as the widest prior. */
  calendarScale?: number;
}

/** Information matrices and vectors of some SKUs, one after the other: a hundred thousand small objects would not do. */
export interface EmData {
  skus: number;
  J: Float64Array;
  h: Float64Array;
}

/**
 * Scratch space of the EM passes over many SKUs: the inner loops run on typed arrays without allocation.
 * Notation for one SKU: C = (J + Σ⁻¹)⁻¹, M = Σ⁻¹ - Σ⁻¹CΣ⁻¹, a = Σ⁻¹Ch.
 */
export class EmWorkspace {
  /** Σ E_i over the SKUs added since `resetScatter`. */
  readonly scatter: Float64Array;
  readonly #d: number;
  #precision: Float64Array;
  #logPrecision = 0;
  readonly #C: Float64Array;
  readonly #factor: Float64Array;
  readonly #product: Float64Array;
  readonly #mode: Float64Array;
  readonly #row: Float64Array;

  constructor(d: number) {
    this.#d = d;
    this.scatter = new Float64Array(d * d);
    this.#precision = new Float64Array(d * d);
    this.#C = new Float64Array(d * d);
    this.#factor = new Float64Array(d * d);
    this.#product = new Float64Array(d * d);
    this.#mode = new Float64Array(d);
    this.#row = new Float64Array(d);
  }

  /** Sets Σ, the covariance of SKUs around their category. */
  setWithin(within: readonly number[]): void {
    this.#precision = Float64Array.from(inverse(within, this.#d));
    this.#logPrecision = -logDeterminant(within, this.#d);
  }

  resetScatter(): void {
    this.scatter.fill(0);
  }

  /**
   * Σ M_i and Σ a_i of a category's SKUs, and the log likelihood of their data at a category mean of 0, up to a constant:
   * Σ -½ ln|I + ΣJ_i| + ½ h_i'C_i h_i.
   */
  categorySums(data: EmData): { M: number[]; a: number[]; log: number } {
    const d = this.#d;
    const M = new Array<number>(d * d).fill(0);
    const a = new Array<number>(d).fill(0);
    let log = 0;
    for (let sku = 0; sku < data.skus; sku++) {
      log += (this.#logPrecision - this.#solve(data.J, sku)) / 2;
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++)
          log += (data.h[sku * d + i]! * this.#C[i * d + j]! * data.h[sku * d + j]!) / 2;
      }
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          a[i]! += this.#product[i * d + j]! * data.h[sku * d + j]!;
          let back = 0;
          for (let k = 0; k < d; k++) back += this.#product[i * d + k]! * this.#precision[k * d + j]!;
          M[i * d + j]! += this.#precision[i * d + j]! - back;
        }
      }
    }
    return { M, a, log };
  }

  /**
   * Adds E_i = C + A V A' + δδ' with A = CΣ⁻¹ - I and δ = Ch + Aμ: the second moment of b_i - μ_c given the
   * data.
   */
  addScatter(data: EmData, mean: readonly number[], covariance: readonly number[]): void {
    const d = this.#d;
    const A = this.#factor;
    for (let sku = 0; sku < data.skus; sku++) {
      this.#solve(data.J, sku);
      for (let i = 0; i < d; i++) {
        let mode = 0;
        for (let j = 0; j < d; j++) {
          A[i * d + j] = this.#product[j * d + i]! - (i === j ? 1 : 0);
          mode += this.#C[i * d + j]! * data.h[sku * d + j]! + A[i * d + j]! * mean[j]!;
        }
        this.#mode[i] = mode;
      }
      for (let i = 0; i < d; i++) {
        for (let l = 0; l < d; l++) {
          let sum = 0;
          for (let k = 0; k < d; k++) sum += A[i * d + k]! * covariance[k * d + l]!;
          this.#row[l] = sum;
        }
        for (let j = 0; j < d; j++) {
          let spread = 0;
          for (let l = 0; l < d; l++) spread += this.#row[l]! * A[j * d + l]!;
          this.scatter[i * d + j]! += this.#C[i * d + j]! + spread + this.#mode[i]! * this.#mode[j]!;
        }
      }
    }
  }

  /** C and `product` = Σ⁻¹C for one SKU; returns ln|J + Σ⁻¹|. */
  #solve(J: Float64Array, sku: number): number {
    const d = this.#d;
    const log = invertInto(J, sku * d * d, this.#precision, this.#C, this.#factor, d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let sum = 0;
        for (let k = 0; k < d; k++) sum += this.#precision[i * d + k]! * this.#C[k * d + j]!;
        this.#product[i * d + j] = sum;
      }
    }
    return log;
  }
}

/**
 * out = (a + b)⁻¹ for symmetric positive definite a + b, a from `at` on, by Gauss-Jordan elimination without pivoting; returns
 * ln|a + b|.
 */
function invertInto(
  a: Float64Array,
  at: number,
  b: Float64Array,
  out: Float64Array,
  work: Float64Array,
  d: number,
): number {
  let log = 0;
  for (let i = 0; i < d * d; i++) {
    work[i] = a[at + i]! + b[i]!;
    out[i] = i % (d + 1) === 0 ? 1 : 0;
  }
  for (let k = 0; k < d; k++) {
    log += Math.log(work[k * d + k]!);
    const pivot = 1 / work[k * d + k]!;
    for (let j = 0; j < d; j++) {
      work[k * d + j]! *= pivot;
      out[k * d + j]! *= pivot;
    }
    for (let i = 0; i < d; i++) {
      if (i === k) continue;
      const scale = work[i * d + k]!;
      if (scale === 0) continue;
      for (let j = 0; j < d; j++) {
        work[i * d + j]! -= scale * work[k * d + j]!;
        out[i * d + j]! -= scale * out[k * d + j]!;
      }
    }
  }
  return log;
}
