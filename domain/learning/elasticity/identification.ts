import type { DaySums } from "./day-sums.ts";
import { type DesignContext, type OwnDesign, ownDesign, RECENT_DAYS } from "./own-design.ts";
import { fitOwn, type OwnFit } from "./own-fit.ts";
import { ownPrice, type Reason } from "./own-price.ts";
import { priceCycle } from "./price-parts.ts";
import { CATEGORY_PRICE, CURVATURE } from "./prior.ts";
import type { ElasticitySeries } from "./series.ts";

/**
 * What a SKU's history says of its elasticity before any pooling: information on the effect of each part of its price,
 * competitor and covariates, and how it came about. Plain JSON.
 */
export interface Identification {
  names: string[];
  J: number[];
  h: number[];
  /** Number of leading names that are parts of the price. */
  parts: number;
  phi: number;
  share: number;
  sd: number;
  /** Why the price's own variation, what was drawn apart, is no evidence. */
  reason: Reason | null;
  /** Whether all prices of late were proposals': nothing is held against those. */
  isProposedOfLate: boolean;
  /** Days after which prices repeat themselves. */
  cycle: number | null;
  /** Share of rows that look sold out but are reported as days without a sale. */
  soldOut: number;
  /** Whether cuts came and went that no promotion explains. */
  dips: boolean;
  zeros: OwnFit["zeros"];
  spells: OwnFit["spells"];
  /** Log evidence on how large its trend and season are: see `slowScales`. */
  slow: OwnFit["slow"];
  /** The same of its weekdays and parts of the month: see `calendarScale`. */
  calendar: OwnFit["calendar"];
  /** How far ln price is from the price at which it is the elasticity that is asked for: see `OwnDesign`. */
  off: number;
  /** Elasticity at which the shop's own price would be the best one; null where it is not known. */
  lerner: number | null;
}

/** Identification of one SKU. `sums`: its category's days; without them nothing common is taken out. */
export function identify(
  series: ElasticitySeries,
  sums: DaySums | undefined,
  context: DesignContext = {},
): Identification {
  const design = ownDesign(series, sums, context);
  if (design === null) return unidentified(series.covariateNames);
  const { share, sd, unexplained, reason } = ownPrice(design);
  const cycle = reason === null ? priceCycle(unexplained, design.parts.changes) : null;
  const { names, J, h, phi, soldOut, zeros, spells, slow, calendar } = isWorthFitting(design, reason)
    ? fitOwn(design)
    : notFitted(design);
  return {
    names,
    J,
    h,
    parts: design.partCount,
    phi,
    share,
    sd,
    reason: reason ?? (cycle === null ? promotional(design) : "cycle"),
    isProposedOfLate: isProposedOfLate(design),
    cycle,
    soldOut: soldOut / design.rows.length,
    dips: design.parts.hasDips,
    zeros,
    spells,
    slow,
    calendar,
    off: design.off,
    lerner: null,
  };
}

function isProposedOfLate({ rows }: OwnDesign): boolean {
  const since = rows.at(-1)!.t - RECENT_DAYS;
  return rows.every(({ t, proposed }) => t <= since || proposed === true);
}

/** Whether anything can come of a fit: the price's own moves, drawn ones, a competitor or a promotion. */
function isWorthFitting({ parts, names, rows }: OwnDesign, reason: Reason | null): boolean {
  // promotions stand between the competitor and the curvature
  const hasPromotions = names.indexOf(CURVATURE) > names.indexOf("competitor") + 1;
  if (reason === null || parts.hasProposed || parts.hasDrawn || hasPromotions) return true;
  return rows.some(({ logCompetitor }) => logCompetitor !== null);
}

function notFitted({ names }: OwnDesign): OwnFit {
  const q = names.length;
  const none = { J: new Array<number>(q * q).fill(0), h: new Array<number>(q).fill(0) };
  return {
    names,
    ...none,
    phi: 1,
    soldOut: 0,
    zeros: { excess: 0, variance: 0 },
    spells: NO_SPELLS,
    slow: [],
    calendar: [],
  };
}

const NO_SPELLS: OwnFit["spells"] = { squares: 0, weights: 0, spells: 0 };

/** Share of the variance of prices from which on unannounced cuts make all of them suspect. */
const PROMOTIONAL_SHARE = 0.5;

/** Whether most of what the price did was to be cut for a while, unannounced. */
function promotional({ parts: { dips, regular, hasDips } }: OwnDesign): Reason | null {
  if (!hasDips) return null;
  const cut = variance(dips);
  return cut > PROMOTIONAL_SHARE * (cut + variance(regular)) ? "unflagged-promotions" : null;
}

function variance(values: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.max(0, squares / values.length - (sum / values.length) ** 2);
}

/** Of a SKU that was never on sale. */
export function unidentified(covariateNames: readonly string[] = []): Identification {
  const names = ["regular", "competitor", ...covariateNames, CURVATURE, CATEGORY_PRICE];
  return {
    names,
    J: new Array<number>(names.length ** 2).fill(0),
    h: new Array<number>(names.length).fill(0),
    parts: 1,
    phi: 1,
    share: 0,
    sd: 0,
    reason: "few-days",
    isProposedOfLate: false,
    cycle: null,
    soldOut: 0,
    dips: false,
    zeros: { excess: 0, variance: 0 },
    spells: NO_SPELLS,
    slow: [],
    calendar: [],
    off: 0,
    lerner: null,
  };
}
