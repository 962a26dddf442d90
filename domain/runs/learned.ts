import { Fingerprint } from "../base/fingerprint.ts";
import type { CrossEffect } from "../learning/elasticity/cross-effects.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import type { Identification } from "../learning/elasticity/identification.ts";
import type { Judgement } from "../learning/elasticity/judgement.ts";
import type { Prior } from "../learning/elasticity/prior.ts";
import type { DailyDemand, ElasticityReport } from "../learning/elasticity/report.ts";
import type { ElasticitySeries, Period } from "../learning/elasticity/series.ts";
import type { FilterState } from "../learning/elasticity/state.ts";
import type { Sufficient } from "../learning/elasticity/sufficient.ts";
import type { SkuFeatures } from "../learning/features/sku-features.ts";
import type { CompetitorAnchor, CompetitorForecast } from "../learning/forecasting/competitor-forecast.ts";
import type { DemandState } from "../learning/forecasting/demand-state.ts";
import type { Reaction } from "../learning/forecasting/follower.ts";
import type { Skill } from "../learning/forecasting/forecast-score.ts";
import type { SkuDemandForecast } from "../learning/forecasting/sku-demand.ts";
import type { CompetitorHistory, HourlySales } from "../messages/shard.ts";
import type { ChallengerView } from "../pricing/inputs.ts";
import type { CompetitorTrack } from "./competitor-track.ts";
import type { KeptFilter } from "./kept-filter.ts";

/** A SKU's family, and its log price on each day of its newest residuals; null = no row for the day. */
export interface FamilyPrices {
  name: string;
  logPrices: (number | null)[];
}

/** The demand level that goes with an elasticity: `logPrice` is the log of the display price (major units) it is at. */
type StoredDemand = DailyDemand & { logPrice: number };

/** A SKU's elasticity as it is stored. */
export type StoredReport = ElasticityReport & {
  /** length of the rows that were modelled */
  period: Period;
  /** fingerprint of the demand, prices and competitors that it was learned from */
  inputsHash: string;
  demand: StoredDemand;
  /** how its demand responds to its family's prices, where it has a family */
  family?: CrossEffect;
  /** of the model in the registry; absent in reports of before there were versions */
  version?: number;
  /** what the challenger model of its category says, where the settings choose one */
  challenger?: ChallengerView;
};

/** All that an elasticity run reads of one SKU. Plain JSON. */
export interface SkuSnapshot {
  features: SkuFeatures;
  /** change points of the last months */
  competitors: CompetitorHistory[];
  track: CompetitorTrack | null;
  /** served price, minor units */
  price: number;
  stock: number | null;
  /** civil day on which more is to arrive */
  restockDate: string | null;
  unitsToday: number | null;
  /** null where no shop event is known */
  sales: HourlySales | null;
  /** units by hour of the week over four weeks, where the SKU sells enough for a shape of its own */
  ownHours?: number[];
  /** elasticity at which the catalogue's price would be the best one; absent where cost or margin is not known */
  incumbent?: number;
  /** what a unit sold at the catalogue's price leaves, minor units; absent where the cost is not known or nothing is left */
  contribution?: number;
  /** the filter that the last run left, where this run resumes it */
  kept?: KeptFilter;
}

/** A SKU's demand filter with what its history says of its elasticity. */
export type IdentifiedFilter = KeptFilter & { identification: Identification };

/** What pooling reads of one SKU: its statistics, and its weekly totals where days are too uneven to be modelled. */
export interface PoolInput {
  sufficient: Sufficient;
  /** what its history says of its elasticity, slow, shared and calendric movements taken out */
  identification: Identification;
  meanUnits: number;
  dispersion: number;
  weekly: ElasticitySeries | null;
  /** the currency of its prices, and what a unit sold at the catalogue's price leaves, minor units, where that is known */
  currency: string;
  contribution?: number;
  /** absent without a family */
  family?: FamilyPrices;
}

/** What was learned from all SKUs together. */
export interface Pooled {
  daily: Hyper | null;
  weekly: Hyper | null;
  /** what is believed of the history that `daily` was learned from */
  judgement: Judgement;
  /**
   * what a sold unit leaves at the catalogue's prices in the mean, minor units by currency; absent in what was learned before
   * it was kept
   */
  contributions?: Record<string, number>;
  /** by currency, what a trial has to be worth to be made for certain; absent as long as the shop's prices may be right */
  leastWorth?: Record<string, number>;
  /** demand of each category and its SKUs, for SKUs with little history */
  categories: Record<string, { unitsPerDay: number; dispersion: number; skus: number }>;
}

/** A SKU modelled on weekly totals: its posterior and prior. */
export interface WeeklySku {
  state: FilterState;
  prior: Prior;
}

/** The outcome of a run for one SKU. */
export interface FinishedSku {
  /** null without a day of demand */
  report: StoredReport | null;
  forecast: SkuForecast;
  track: CompetitorTrack;
}

/** The hash of a SKU's outcome: two outcomes with the same hash count as identical. */
export function finishedDigest({ report, forecast }: FinishedSku): string {
  const print = new Fingerprint();
  if (report) {
    const { mean, sd, competitor, nEff, demand } = report;
    print.addAll([mean, sd, competitor.mean, competitor.sd, nEff, demand.logMean, demand.logVar, demand.phi]);
    print.add(report.endogeneityFlag ? 1 : 0);
  }
  const { demand, competitor, followRate } = forecast;
  print.addAll(demand?.daily.mean ?? []);
  print.addAll(demand?.hourly.mean ?? []);
  print.addAll([demand?.stockout?.p50 ?? -1, competitor.anchor.price ?? -1, followRate]);
  return print.toString();
}

/** The forecast of one SKU's next two weeks. Prices are minor units; plain JSON. */
export interface SkuForecast {
  sku: string;
  /** ms */
  asOf: number;
  /** null when neither the SKU's history nor its category gives a level */
  demand: SkuDemandForecast | null;
  /** the demand it was made from, to make the next hours and the stock-out again as the day goes on */
  state: DemandState | null;
  ownHours?: readonly number[];
  competitor: { forecast: CompetitorForecast | null; anchor: CompetitorAnchor; skill: Skill };
  /** competitors that follow our price cuts */
  followers: ({ competitor: string } & Reaction)[];
  /** the largest share of our price change that any follower passes through; 0 without a follower */
  followRate: number;
}
