import { civilDay, DAY_MS, dayIndex, dayOfNumber, dayStart } from "../base/time.ts";
import { daysWithin, hasLongRows, spanDays } from "../learning/features/periods.ts";
import type { FeatureDay, FeatureOffer, SkuFeatures } from "../learning/features/sku-features.ts";
import type { LongPeriod } from "../messages/rows.ts";
import type { CompetitorHistory, HourlySales, SkuHistory } from "../messages/shard.ts";
import {
  contribution,
  costInForce,
  type DatedCost,
  knownEconomics,
  lernerElasticity,
  type UnitEconomics,
} from "../pricing/unit-economics.ts";
import type { Settings } from "../settings/settings.ts";
import { cheapestByDay } from "../shard/competitors/change-points.ts";
import { TRACK_DAYS } from "./competitor-track.ts";

/** How far back a decision looks. */
export const DECISION_DAYS = 120;
/** The running day counts as a full day of demand once so much of it is over. */
const DAY_OVER = 0.95;

/** One day of a SKU's demand as it is stored, or a longer period that begins on it. */
export interface StoredDay {
  sku: string;
  day: string;
  units: number;
  /** minor units */
  price: number;
  /** share of the day on sale, 0..1; null = not known */
  exposure: number | null;
  promo: number;
  views: number | null;
  carts: number | null;
  /** null = a day */
  period: LongPeriod | null;
  /** promotions by name with their strengths, as JSON */
  promotions: string | null;
}

/** What a snapshot needs of a product's catalogue row. */
interface SnapshotProduct {
  sku: string;
  category: string;
  family: string | null;
  currency: string;
  /** served price, minor units */
  price: number;
  stock: number | null;
  /** civil day on which more is to arrive */
  restockDate: string | null;
  /** the catalogue's price, and what a unit costs to sell */
  basePrice: number;
  unitCost: number | null;
  taxRate: number | null;
  feeRate: number | null;
  unitFee: number | null;
}

/** One SKU as a run reads it. */
export interface SkuReading {
  features: SkuFeatures;
  /** change points of the last months */
  competitors: CompetitorHistory[];
  /** served price, minor units */
  price: number;
  stock: number | null;
  /** civil day on which more is to arrive */
  restockDate: string | null;
  /** units of the unfinished day, null where it has no row */
  unitsToday: number | null;
  /** null where no shop event is known */
  sales: HourlySales | null;
  /** elasticity at which the catalogue's price would be the best one; absent where cost or margin is not known */
  incumbent?: number;
  /** what a unit sold at the catalogue's price leaves, minor units; absent where the cost is not known or nothing is left */
  contribution?: number;
}

/** What people decided about competitors, by id: left out, or counted by another weight than 1. */
export type Standings = ReadonlyMap<string, { include: boolean; weight: number }>;

/** A competitor that people left out decides nothing, here as in the signals. */
function competitorsOf(history: SkuHistory | undefined, standings: Standings): CompetitorHistory[] {
  return (history?.competitors ?? []).filter(({ competitor }) => standings.get(competitor)?.include ?? true);
}

/** The competitors' newest offers as decisions and forecasts read them. */
export function offersNow(history: SkuHistory | undefined, standings: Standings): FeatureOffer[] {
  return newestOffers(competitorsOf(history, standings), standings);
}

/** The stored rows and the shard's history of one SKU as a run's reading of it; `rows` are in order of days. */
export function skuReading(
  product: SnapshotProduct,
  rows: readonly StoredDay[],
  history: SkuHistory | undefined,
  { asOf, settings, standings }: { asOf: number; settings: Settings; standings: Standings },
): SkuReading {
  const { timeZone } = settings;
  const competitors = competitorsOf(history, standings);
  const running = runningDay(rows, asOf, timeZone);
  const full = running ? rows.slice(0, -1) : rows;
  const cheapest = cheapestByRow(competitors, full, settings);
  const days = full.map((row, i) => featureDay(row, cheapest[i] ?? null));
  markSoldOut(days, full, product.stock);
  const { sku, category, family, currency, price, stock, restockDate } = product;
  const offers = newestOffers(competitors, standings);
  return {
    features: { sku, category, ...(family !== null && { family }), currency, days, offers },
    competitors: competitors.map((one) => pointsSince(one, asOf - (TRACK_DAYS + 2) * DAY_MS)),
    price,
    stock,
    restockDate,
    unitsToday: running && !running.period ? running.units : null,
    sales: history?.sales ?? null,
    ...ownPrice(product.basePrice, knownEconomics(product, settings), settings),
  };
}

/** What the catalogue's price, minor units, leaves at the present cost, and what it says of the elasticity. */
export function ownPrice(
  basePrice: number,
  economics: UnitEconomics | null,
  { pricesInformed }: Pick<Settings, "pricesInformed">,
): Pick<SkuReading, "incumbent" | "contribution"> {
  if (economics === null) return {};
  const left = contribution(basePrice, economics);
  const incumbent = pricesInformed ? lernerElasticity(basePrice, economics) : null;
  return { ...(left > 0 && { contribution: left }), ...(incumbent !== null && { incumbent }) };
}

/** The row of the day, or longer period, that is not over yet, if it is the last of them. */
function runningDay(rows: readonly StoredDay[], asOf: number, timeZone: string): StoredDay | null {
  const last = rows.at(-1);
  if (!last) return null;
  const end = dayIndex(last.day) + spanDays(last) - 1;
  const today = civilDay(asOf, timeZone);
  if (end !== dayIndex(today)) return end > dayIndex(today) ? last : null;
  return asOf - dayStart(today, timeZone) >= DAY_OVER * DAY_MS ? null : last;
}

/** The cheapest competitor of each row: of a longer one the mean of its days. */
function cheapestByRow(
  competitors: readonly CompetitorHistory[],
  rows: readonly StoredDay[],
  { timeZone, signals }: Settings,
): (number | null)[] {
  const byDay = (days: readonly string[]) => cheapestByDay(competitors, days, timeZone, signals);
  if (!hasLongRows(rows)) return byDay(rows.map(({ day }) => day));
  const days = [...new Set(rows.flatMap(daysWithin))].sort();
  const cheapestOn = new Map(byDay(days).map((price, i) => [days[i]!, price]));
  return rows.map((row) => {
    const known = daysWithin(row).flatMap((day) => cheapestOn.get(day) ?? []);
    return known.length === 0
      ? null
      : Math.round(known.reduce((sum, price) => sum + price, 0) / known.length);
  });
}

function featureDay(row: StoredDay, cheapest: number | null): FeatureDay {
  const { day, units, price, views, carts, period, promotions } = row;
  return {
    ...{ day, units, price, cheapest },
    exposure: row.exposure ?? 1,
    promo: row.promo === 1,
    ...(views === null ? {} : { views }),
    ...(carts === null ? {} : { carts }),
    ...(period && { period }),
    ...(promotions && { promotions: JSON.parse(promotions) }),
  };
}

/** Nothing is left now and the last day does not say for how long it was on sale: it sold out at an unknown hour. */
function markSoldOut(days: FeatureDay[], rows: readonly StoredDay[], stock: number | null): void {
  const last = days.at(-1);
  if (last && last.units > 0 && stock === 0 && rows[days.length - 1]!.exposure === null) last.censored = true;
}

/** The change points in effect at or after an instant. */
function pointsSince({ competitor, points }: CompetitorHistory, since: number): CompetitorHistory {
  const first = points.findIndex((_, i) => (points[i + 1]?.at ?? Number.POSITIVE_INFINITY) > since);
  return { competitor, points: points.slice(Math.max(0, first)) };
}

function newestOffers(competitors: readonly CompetitorHistory[], standings: Standings): FeatureOffer[] {
  return competitors.flatMap(newestOffer).map((offer) => {
    const { weight = 1 } = standings.get(offer.competitor) ?? {};
    return weight === 1 ? offer : { ...offer, weight };
  });
}

/** A price converted at a stale exchange rate, or that is missing now, is shown, but moves no price of ours. */
function newestOffer({ competitor, points, rateIsStale, isMissing }: CompetitorHistory): FeatureOffer[] {
  const last = points.at(-1);
  if (!last || rateIsStale || isMissing) return [];
  const { landedPrice, availability, lastSeenAt } = last;
  return [{ competitor, landedPrice, availability, observedAt: lastSeenAt }];
}

/** The reading with the unit cost that was in force on each day; `costs` oldest first. */
export function withCosts(reading: SkuReading, costs: readonly DatedCost[], timeZone: string): SkuReading {
  const days = reading.features.days.map((day): FeatureDay => {
    const cost = costInForce(costs, dayStart(day.day, timeZone));
    return cost === null ? day : { ...day, cost };
  });
  return { ...reading, features: { ...reading.features, days } };
}

/** An entry of a SKU's ledger. */
export interface DatedPrice {
  at: number;
  /** minor units */
  to: number;
  /** Whether an approved proposal made it, at the price that was proposed. */
  proposed: boolean;
  /** Of a price tried to learn from, what would have been asked without the trial. */
  without: number | null;
}

/** A trial whose proposal is in the archive; `until`: ms, null as long as the ledger says what came after it. */
export interface ArchivedTrial extends Omit<DatedPrice, "proposed"> {
  without: number;
  until: number | null;
}

/**
 * A SKU's ledger with its archived trials, oldest first. An entry that is no longer there comes back from the trial, and
 * with it the instant at which another price replaced it.
 */
export function withArchivedTrials(
  prices: readonly DatedPrice[],
  trials: readonly ArchivedTrial[],
): DatedPrice[] {
  if (trials.length === 0) return [...prices];
  const trialAt = new Map(trials.map((trial) => [trial.at, trial]));
  const known = new Set(prices.map(({ at }) => at));
  const entries = prices.map((entry) => ({
    ...entry,
    without: trialAt.get(entry.at)?.without ?? entry.without,
  }));
  const gone = trials.filter(({ at }) => !known.has(at));
  const back = gone.flatMap(({ at, to, without, until }): DatedPrice[] => [
    { at, to, without, proposed: true },
    ...(until === null || known.has(until) || trialAt.has(until)
      ? []
      : [{ at: until, to: 0, without: null, proposed: false }]),
  ]);
  return [...back, ...entries].sort((a, b) => a.at - b.at);
}

/**
 * The reading with what the ledger says of each day's price: whether it was a proposal's, and what a draw moved it by, where it is
 * that of a trial in force on the day. `prices`: the SKU's ledger, oldest first.
 */
export function withProposed(
  reading: SkuReading,
  prices: readonly DatedPrice[],
  timeZone: string,
): SkuReading {
  const first = prices.find(({ proposed }) => proposed);
  if (first === undefined) return reading;
  const days = reading.features.days.map((day): FeatureDay => {
    const start = dayStart(day.day, timeZone);
    const end = day.period
      ? dayStart(dayOfNumber(dayIndex(day.day) + spanDays(day)), timeZone)
      : start + DAY_MS;
    if (end <= first.at) return day;
    const inForce = prices.filter(({ at }, i) => at < end && (prices[i + 1]?.at ?? end) > start);
    const entry = inForce.findLast(({ to }) => to === day.price);
    return {
      ...day,
      ...(isProposed(inForce, day.price, start) && { proposed: true as const }),
      ...(entry?.without && { randomStep: Math.log(day.price / entry.without) }),
    };
  });
  return { ...reading, features: { ...reading.features, days } };
}

/**
 * Whether a day ended at a proposal's price and its mean price can be that of the entries in force on it: else the shop did not
 * follow the proposal. What was in force before the first entry is not known.
 */
function isProposed(inForce: readonly DatedPrice[], price: number, start: number): boolean {
  const last = inForce.at(-1);
  if (!last?.proposed) return false;
  const prices = inForce.map(({ to }) => to);
  return inForce[0]!.at > start || (price >= Math.min(...prices) && price <= Math.max(...prices));
}
