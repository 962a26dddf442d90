import type { Hyper } from "../../../domain/learning/elasticity/em.ts";
import { startState, stepFilter } from "../../../domain/learning/elasticity/filter.ts";
import { pool } from "../../../domain/learning/elasticity/pool.ts";
import { defaultPrior } from "../../../domain/learning/elasticity/prior.ts";
import type { CalendarFactors, DemandPeriod } from "../../../domain/learning/elasticity/series.ts";
import { skuPrior } from "../../../domain/learning/elasticity/sku-prior.ts";
import { DEFAULT_CONFIG, type FilterState, isUsable } from "../../../domain/learning/elasticity/state.ts";
import { sufficientOf, swapPrior } from "../../../domain/learning/elasticity/sufficient.ts";
import type { CatalogueItem } from "./config.ts";
import type { CompetitorOffer, PolicySale } from "./contract.ts";
import { OfferBook } from "./offers.ts";

const POOL_EVERY_DAYS = 14;
const POOL_FROM_DAYS = 28;
/**
 * Elasticity grows with price in most demand systems (linear, logit, attraction); the covariate -x²/2 with
 * x = ln(P/P_ref) carries that: its coefficient is the growth of |elasticity| per unit of log price.
 */
const COVARIATES = ["curvature", "soldOut", "spread"];
const CURVATURE = 3;
/** Its centre before any data; the filter learns the deviation from it. */
const CURVATURE_CENTRE = 0.3;
/** Coefficients forget a little faster than in reports: a policy that keeps moving prices can relearn. */
const FILTER = { ...DEFAULT_CONFIG, reversion: 0.9996 };
/** Safety margin in the filter's dispersion: right for honest intervals, but it would slow a learner's mean. */
const DISPERSION_MARGIN = 1.2;
/** Rows before the filter has its own estimate of the dispersion, and what is assumed meanwhile. */
const SETTLING_ROWS = 10;
const SETTLING_DISPERSION = 6;

/** What a decision needs to know of a SKU's demand around its reference price. */
export interface DemandBelief {
  /** Log of the reference price, minor units. */
  readonly logPriceRef: number;
  /** Own-price slope of log demand at the reference price, and its variance. */
  readonly slope: number;
  readonly variance: number;
  /** Growth of |elasticity| per unit of log price. */
  readonly curvature: number;
  /** Information that a day brings on the slope per squared log price deviation. */
  readonly information: number;
  /** Expected units per day of late. */
  readonly dailyUnits: number;
  /** Log price last charged. */
  readonly logPrice: number;
}

/** Demand of a catalogue, learned day by day: one filter per SKU, priors pooled every two weeks. */
export class DemandLearner {
  private readonly catalogue: readonly CatalogueItem[];
  private readonly pooling: boolean;
  private readonly states: (FilterState | undefined)[];
  private readonly books: readonly OfferBook[];
  private readonly calendars = new Map<string, CalendarFactors>();
  private hyper: Hyper | undefined;
  private days = 0;

  constructor(catalogue: readonly CatalogueItem[], pooling: boolean) {
    this.catalogue = catalogue;
    this.pooling = pooling;
    this.states = catalogue.map(() => undefined);
    this.books = catalogue.map(() => new OfferBook());
  }

  /** Absorbs a day of SKU i. */
  observe(i: number, day: number, sale: PolicySale, offers: readonly CompetitorOffer[]): void {
    const market = this.books[i]!.update(day, offers);
    const logPrice = Math.log(sale.price);
    const known = this.states[i];
    const deviation = known === undefined ? 0 : logPrice - known.logPriceRef;
    const row: DemandPeriod = {
      t: day,
      units: sale.units,
      logPrice,
      logCompetitor: market.logCheapest,
      exposure: sale.exposure ?? 1,
      covariates: [-0.5 * deviation * deviation, market.soldOut, market.spread],
      censored: sale.censored ?? false,
    };
    if (known === undefined && !isUsable(row)) return;
    const state = known ?? this.start(i, row);
    state.dispersion.phi = workingDispersion(state);
    const bend = -0.5 * CURVATURE_CENTRE * deviation * deviation;
    stepFilter(state, row, FILTER, this.calendars.get(state.category), bend);
  }

  /** Ends a day; pools the SKUs when it is time. */
  endDay(): void {
    this.days++;
    if (this.pooling && this.days >= POOL_FROM_DAYS && this.days % POOL_EVERY_DAYS === 0) this.pool();
  }

  /** What is known of SKU i; undefined before its first sale. */
  belief(i: number): DemandBelief | undefined {
    const state = this.states[i];
    if (state === undefined) return undefined;
    return {
      logPriceRef: state.logPriceRef,
      slope: state.mean[1]!,
      variance: state.covariance[state.mean.length + 1]!,
      curvature: CURVATURE_CENTRE + state.mean[CURVATURE]!,
      information: state.meanUnits / workingDispersion(state),
      dailyUnits: state.meanUnits,
      logPrice: state.price.last,
    };
  }

  private start(i: number, row: DemandPeriod): FilterState {
    const { id, category } = this.catalogue[i]!;
    const series = { sku: id, category, period: "day", covariateNames: COVARIATES, periods: [row] } as const;
    const state = startState(series, defaultPrior(COVARIATES), FILTER);
    this.states[i] = state;
    return state;
  }

  private pool(): void {
    const stats = this.states.map((state) => (state === undefined ? undefined : sufficientOf(state)));
    const hyper = pool(
      stats.filter((stat) => stat !== undefined),
      this.hyper,
    );
    this.hyper = hyper;
    stats.forEach((stat, i) => {
      const state = this.states[i];
      if (stat !== undefined && state !== undefined) this.states[i] = swapPrior(state, skuPrior(hyper, stat));
    });
    for (const [name, { calendar }] of Object.entries(hyper.categories)) {
      this.calendars.set(name, { ...calendar, calendar: {} });
    }
  }
}

/** Dispersion without its safety margin; large while it is unknown, so that the first days only set the level. */
function workingDispersion({ count, dispersion }: FilterState): number {
  return count <= SETTLING_ROWS ? SETTLING_DISPERSION : Math.max(1, dispersion.phi / DISPERSION_MARGIN);
}
