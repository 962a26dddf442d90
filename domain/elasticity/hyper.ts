import type { EndogeneityStatistics } from "./endogeneity.ts";
import type { CalendarFactors } from "./series.ts";

/** Posterior of one category's mean coefficients, the tenant mean's uncertainty in it. */
export interface CategoryHyper {
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
  /** Calendar effects on log demand. */
  calendar: Omit<CalendarFactors, "calendar">;
  /** Day number of the run that learned this calendar, where later runs go by it. */
  calendarSince?: number;
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
}
