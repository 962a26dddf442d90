/**
 * Normal prior of a SKU's coefficients b = [own price, competitor price, covariates…]: mean vector and
 * covariance matrix (row-major). The level is not part of it.
 */
export interface Prior {
  mean: readonly number[];
  covariance: readonly number[];
  /** Factor by which the SKU's own information is divided when the two are combined; absent means 1. */
  designEffect?: number;
}

/**
 * Hyperparameter defaults of one coefficient: centre of the tenant mean, variance between SKUs of a category,
 * variance between categories.
 */
export interface CoefficientDefaults {
  centre: number;
  withinVariance: number;
  betweenVariance: number;
  /** Variance of the tenant mean around the centre, before any data. */
  tenantVariance: number;
}

/**
 * Names of the coefficients that stand for a category's common bias of what was not drawn at random: of ordinary price moves,
 * and of promotions and cycles.
 */
export const CONFOUNDING = "confounding";
export const PROMOTION_CONFOUNDING = "confounding of promotions";

/**
 * Own price: Bijmolt, van Heerde and Pieters (2005), J. Marketing Research 42(2), report a mean of -2.62 over 1851
 * elasticities and a wide spread; -2.4, with an sd of 1.1 in all for a SKU of a shop of which nothing is known (an sd of .6
 * within a category), puts 95 % between -4.6 and -.2. Competitor price: half of a relative price change.
 */
const DEFAULTS: Readonly<Record<string, CoefficientDefaults>> = {
  own: { centre: -2.4, withinVariance: 0.36, betweenVariance: 0.25, tenantVariance: 0.6 },
  competitor: { centre: 0.5, withinVariance: 0.09, betweenVariance: 0.04, tenantVariance: 0.04 },
};

/** In units of the sd that `likelihoodUnder` gives it. */
const BIAS: CoefficientDefaults = {
  centre: 0,
  withinVariance: 1e-5,
  betweenVariance: 0.5,
  tenantVariance: 0.5,
};

/** Unit of `PROMOTION_CONFOUNDING`, in elasticity. */
export const PROMOTION_SD = 4;

/** How biased it may be what promotions and cycles teach of elasticities: sds, in elasticity. */
export interface PromotionBias {
  /** of a SKU's own bias */
  own: number;
  /** of what a category has in common, about the shop's */
  between: number;
}

/** Before a catalogue has told it (`promotionBias`): next to nothing is learned from them. */
export const USUAL_PROMOTIONS: PromotionBias = {
  own: 1.2,
  between: Math.sqrt(BIAS.betweenVariance) * PROMOTION_SD,
};

/**
 * Name of the coefficient that says how far elasticities go by the shop's own prices: 1 where merchants know each product's, 0
 * where their prices have nothing to do with it. The same for all SKUs of a category.
 */
export const INCUMBENT = "shop's own price";
const INCUMBENT_WEIGHT: CoefficientDefaults = {
  centre: 0.35,
  withinVariance: 1e-5,
  betweenVariance: 0.04,
  tenantVariance: 0.12,
};

/**
 * Name of the coefficient that says how an elasticity changes with ln price. Demand becomes more elastic as its price rises
 * (Marshall's second law: linear, logit and attraction demand; Mrázová and Neary 2017, American Economic Review 107(12)), or
 * is of constant elasticity.
 */
export const CURVATURE = "curvature of the own effect";
const CURVATURE_DEFAULTS: CoefficientDefaults = {
  centre: -0.7,
  withinVariance: 0.5,
  betweenVariance: 0.05,
  tenantVariance: 0.3,
};

/**
 * Name of the answer to the category's mean price. What a category sold holds what its mean price did to it, which is taken out at
 * the usual elasticity: what is left is how far the category's differs from that, much the same for all its SKUs. Where a SKU's price
 * moves with its category's, it tells how its elasticity differs from the others', and hardly what it is.
 */
export const CATEGORY_PRICE = "category's mean price";
const CATEGORY_PRICE_DEFAULTS: CoefficientDefaults = {
  centre: 0,
  withinVariance: 0.1,
  betweenVariance: 0.3,
  tenantVariance: 0.6,
};

/**
 * Any other covariate, whatever it is called, is centred at no effect; what a shop's promotions do is not known beforehand, and
 * they do it differently to each product.
 */
const OTHER: CoefficientDefaults = {
  centre: 0,
  withinVariance: 0.15,
  betweenVariance: 0.09,
  tenantVariance: 0.6,
};

/** Weekly store data pins the competitor effect less tightly across categories than daily shop data does. */
const COMPETITOR_WEEKLY_BETWEEN_VARIANCE = 0.25;

/** Position of the own-price coefficient in b. */
export const OWN = 0;
/** Position of the competitor coefficient in b. */
export const COMPETITOR = 1;

/** Names of the coefficients of b for a series with the given covariates. */
export function coefficientNames(covariateNames: readonly string[] = []): string[] {
  return ["own", "competitor", ...covariateNames];
}

/** Whether a coefficient is a bias, the same for all SKUs of a category. */
export function isConfounding(name: string): boolean {
  return name === CONFOUNDING || name === PROMOTION_CONFOUNDING;
}

/** Whether a coefficient is the same, or nearly, for all SKUs of a category. */
export function isCommon(name: string): boolean {
  return isConfounding(name) || name === INCUMBENT || name === CATEGORY_PRICE;
}

/** Hyperparameter defaults of a coefficient; unknown names are centred at no effect. */
export function coefficientDefaults(name: string, weekly = false): CoefficientDefaults {
  if (name === INCUMBENT) return INCUMBENT_WEIGHT;
  if (name === CURVATURE) return CURVATURE_DEFAULTS;
  if (name === CATEGORY_PRICE) return CATEGORY_PRICE_DEFAULTS;
  const known = isConfounding(name) ? BIAS : (DEFAULTS[name] ?? OTHER);
  if (name !== "competitor" || !weekly) return known;
  return { ...known, betweenVariance: COMPETITOR_WEEKLY_BETWEEN_VARIANCE };
}

/** The prior before any pooling: variance within plus between categories, coefficients independent. */
export function defaultPrior(covariateNames: readonly string[] = [], weekly = false): Prior {
  const defaults = coefficientNames(covariateNames).map((name) => coefficientDefaults(name, weekly));
  const d = defaults.length;
  const covariance = new Array<number>(d * d).fill(0);
  for (let i = 0; i < d; i++) {
    covariance[i * d + i] = defaults[i]!.withinVariance + defaults[i]!.betweenVariance;
  }
  return { mean: defaults.map(({ centre }) => centre), covariance };
}

/** A copy that shares nothing with its source. */
export function clonePrior(prior: Prior): Prior {
  return { ...prior, mean: [...prior.mean], covariance: [...prior.covariance] };
}
