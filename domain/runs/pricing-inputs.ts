import { currencyExponent } from "../base/currency.ts";
import { formatMoney } from "../base/money.ts";
import { civilDay, DAY_MS, dayIndex, dayNumber, dayStart } from "../base/time.ts";
import { activityView } from "../learning/features/activity.ts";
import { type MarketView, marketView, newestOfferAt } from "../learning/features/market.ts";
import { inDays } from "../learning/features/periods.ts";
import type { SkuFeatures } from "../learning/features/sku-features.ts";
import { challengerFact } from "../pricing/challenger/ml-challenger.ts";
import { familyBounds, type Sibling } from "../pricing/family.ts";
import type { Clearance, InputFact, PricingInputs } from "../pricing/inputs.ts";
import { newestOfferAge } from "../settings/freshness.ts";
import type { Settings } from "../settings/settings.ts";
import { type CostRatio, imputedCost } from "./cost-ratios.ts";
import type { StoredReport } from "./learned.ts";
import type { PricedProduct } from "./priced-product.ts";

/** Days of the demand forecast that a decision weighs. */
const HORIZON_DAYS = 7;

/** The moment of a run's decisions, the same for all its SKUs. */
export interface DecisionClock {
  /** ms */
  asOf: number;
  /** day number of the running civil day, and the instant at which it began */
  today: number;
  todayStart: number;
  /** the instant at which a civil day began */
  startOf(day: string): number;
  /** the instant of an ISO time; remembered, for a run sees few of them */
  instantOf(time: string): number;
}

export function decisionClock(asOf: number, timeZone: string): DecisionClock {
  const today = civilDay(asOf, timeZone);
  const startOf = remembered((day) => dayStart(day, timeZone));
  const instantOf = remembered(Date.parse);
  return { asOf, today: dayNumber(today), todayStart: startOf(today), startOf, instantOf };
}

function remembered(instantOf: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const instant = known.get(text) ?? instantOf(text);
    known.set(text, instant);
    return instant;
  };
}

/** What a decision's inputs depend on beside the snapshot. */
interface DecisionNeeds {
  /** the usual cost of the SKU's category, where known */
  ratio: CostRatio | undefined;
  /** what shoppers did in the last hour, if the strategy looks at what they do */
  activity: { purchasesLastHour: number } | null;
  /** whether the strategy weighs a challenger model */
  challenger: boolean;
}

/** The SKU's snapshot as the inputs of its decision. */
export function pricingInputs(
  own: PricedProduct,
  given: SkuFeatures,
  settings: Settings,
  clock: DecisionClock,
  { ratio, activity, challenger }: DecisionNeeds,
): PricingInputs {
  const { elasticity, forecast } = own;
  const { asOf, today, todayStart } = clock;
  const features = inDays(given);
  const market: MarketView = {
    ...marketView(features.offers, asOf, settings.signals, own.priceWar),
    expectedCheapest: forecast?.expectedCheapest ?? null,
  };
  const lastDay = features.days.at(-1)?.day ?? null;
  const demand = elasticity ? demandAtPrice(own, elasticity, clock) : null;
  const unitCost = own.unitCost ?? imputedCost(own.basePrice, ratio);
  const facts = () => [
    ...factsOf(own, features, clock, { market, unitCost, perDay: demand?.perDay ?? null }),
    ...(challenger ? [challengerFactOf(elasticity, clock)] : []),
  ];
  return {
    sku: own.sku,
    currency: own.currency,
    asOf,
    price: own.price,
    unitCost,
    costImputed: own.unitCost === null && unitCost !== null,
    pricesIncludeTax: settings.pricesIncludeTax,
    taxRate: own.taxRate,
    feeRate: own.feeRate,
    unitFee: own.unitFee,
    elasticity: {
      mean: elasticity?.mean ?? 0,
      sd: elasticity?.sd ?? 1,
      identified: elasticity?.identified ?? false,
      label: elasticity?.label ?? "uncertain",
      ...(elasticity === null && { unknown: true }),
      ...(elasticity?.endogeneityFlag && { endogenous: true }),
    },
    competitorEffect: elasticity?.competitor ?? null,
    followRate: forecast?.followRate ?? 0,
    demand,
    market,
    minPrice: own.minPrice,
    maxPrice: own.maxPrice,
    mapPrice: own.mapPrice,
    msrp: own.msrp,
    ladder: own.asOne === undefined ? familyBounds(own, own.siblings) : null,
    ...haloOf(own.siblings, settings.cannibalisation),
    stock: own.stock,
    clearance: clearanceOf(own, clock),
    daysSinceLaunch: own.launchDate === null ? null : today - dayNumber(own.launchDate),
    ...changesOf(own, asOf, todayStart),
    triedPrices: triedPrices(own, features),
    demandAgeDays: lastDay === null ? null : today - dayIndex(lastDay),
    newestOffer: newestOfferAge(features.offers, asOf, settings.signals),
    basePrice: own.basePrice,
    activity: activity && activityView(features.days, activity.purchasesLastHour),
    ...(challenger ? { challenger: elasticity?.challenger ?? null } : {}),
    facts,
  };
}

/** The prices at which there were days of demand, and those that were or are asked; an outlier among them counts too. */
function triedPrices(own: PricedProduct, features: SkuFeatures): { lo: number; hi: number } {
  let [lo, hi] = [Math.min(own.price, own.basePrice), Math.max(own.price, own.basePrice)];
  for (const { price } of features.days) {
    if (price < lo) lo = price;
    if (price > hi) hi = price;
  }
  for (const { to } of own.changes) [lo, hi] = [Math.min(lo, to), Math.max(hi, to)];
  return { lo, hi };
}

/** What one more unit costs the family: the share taken from siblings, times their average unit profit. */
function haloOf(siblings: readonly Sibling[], share: number): Pick<PricingInputs, "halo"> {
  const left = siblings.flatMap(({ unitProfit }) =>
    unitProfit !== undefined && unitProfit > 0 ? [unitProfit] : [],
  );
  if (share === 0 || left.length === 0) return {};
  return { halo: (share * left.reduce((sum, one) => sum + one, 0)) / left.length };
}

/** Stock that has to be sold by a date; null without a date, where stock is not counted, and once the date is over. */
function clearanceOf(own: PricedProduct, { asOf, today, todayStart }: DecisionClock): Clearance | null {
  if (own.clearanceDate === null || own.stock === null) return null;
  const daysLeft = dayNumber(own.clearanceDate) + 1 - today - (asOf - todayStart) / DAY_MS;
  return daysLeft > 0 ? { daysLeft, salvage: own.salvageValue ?? 0 } : null;
}

/** The price's past, from the ledger; an imported price is not a change that we decided. */
function changesOf(own: PricedProduct, asOf: number, todayStart: number) {
  const decided = own.changes.filter(({ causeKind }) => causeKind !== "import");
  const weekAgo = asOf - 7 * DAY_MS;
  const next = own.changes.find((change) => change.at > weekAgo);
  return {
    lastChangeAt: decided.at(-1)?.at ?? null,
    changesToday: decided.filter(({ at }) => at >= todayStart).length,
    priceWeekAgo: next ? next.from : own.price,
    lowest30Days: Math.min(own.price, ...own.changes.map(({ from, to }) => from ?? to)),
  };
}

/**
 * Demand at the served price: the forecast's mean over the horizon, or the filter's level where no forecast is as new.
 * Both are moved from the price they were made at.
 */
function demandAtPrice(own: PricedProduct, elasticity: StoredReport, clock: DecisionClock) {
  const { logMean, logVar, phi, logPrice } = elasticity.demand;
  const { forecast } = own;
  const minorPerMajor = 10 ** currencyExponent(own.currency);
  const response = (from: number) => Math.exp(elasticity.mean * (Math.log(own.price / minorPerMajor) - from));
  const daily = forecast?.daily.slice(0, HORIZON_DAYS) ?? [];
  if (!forecast || daily.length === 0 || forecast.asOf < clock.instantOf(elasticity.asOf))
    return { perDay: Math.exp(logMean) * response(logPrice), logVar, phi };
  const mean = daily.reduce((sum, units) => sum + units, 0) / daily.length;
  return { perDay: mean * response(Math.log(forecast.price / minorPerMajor)), logVar, phi };
}

function factsOf(
  own: PricedProduct,
  features: SkuFeatures,
  clock: DecisionClock,
  { market, unitCost, perDay }: { market: MarketView; unitCost: number | null; perDay: number | null },
): InputFact[] {
  const { cheapest, expectedCheapest } = market;
  const money = (minor: number) => formatMoney(minor, own.currency);
  const lastDay = features.days.at(-1);
  const facts: InputFact[] = [{ name: "price", value: money(own.price), at: own.priceSince }];
  const cost = unitCost === null ? null : money(unitCost);
  facts.push({
    name: own.unitCost === null && cost !== null ? "unit cost, usual in its category" : "unit cost",
    value: cost,
    at: null,
  });
  facts.push(...learnedFacts(own, perDay, clock));
  if (lastDay) {
    const at = clock.startOf(lastDay.day);
    facts.push({ name: "newest day of demand, units", value: lastDay.units, at });
  }
  facts.push({
    name: "cheapest fresh competitor",
    value: cheapest ? `${cheapest.competitor} ${money(cheapest.price)}` : null,
    at: cheapest?.observedAt ?? newestOfferAt(features.offers),
  });
  if (expectedCheapest != null) {
    const at = own.forecast!.asOf;
    facts.push({
      name: "cheapest competitor expected in a week",
      value: money(Math.round(expectedCheapest)),
      at,
    });
  }
  facts.push({ name: "stock", value: own.stock, at: null });
  if (own.clearanceDate !== null) {
    facts.push({ name: "stock has to be gone by the end of", value: own.clearanceDate, at: null });
    facts.push({ name: "net worth of a unit left over", value: money(own.salvageValue ?? 0), at: null });
  }
  if (own.launchDate !== null) facts.push({ name: "first day on sale", value: own.launchDate, at: null });
  return facts;
}

function challengerFactOf(elasticity: StoredReport | null, { instantOf }: DecisionClock): InputFact {
  return challengerFact(elasticity?.challenger, elasticity === null ? null : instantOf(elasticity.asOf));
}

function learnedFacts(own: PricedProduct, perDay: number | null, { instantOf }: DecisionClock): InputFact[] {
  const { elasticity, forecast } = own;
  if (!elasticity) {
    return [
      { name: "elasticity", value: "not known", at: null },
      { name: "demand per day at the current price", value: "not known", at: null },
    ];
  }
  const at = instantOf(elasticity.asOf);
  const [lo, hi] = elasticity.ci95;
  const facts: InputFact[] = [
    { name: "elasticity", value: round(elasticity.mean), at },
    ...(elasticity.version === undefined
      ? []
      : [{ name: "elasticity model", value: `version ${elasticity.version}`, at }]),
    { name: "elasticity, 95 % interval", value: `${round(lo)} to ${round(hi)}`, at },
    { name: "demand per day at the current price", value: perDay === null ? null : round(perDay), at },
  ];
  if (forecast && forecast.followRate > 0)
    facts.push({
      name: "share of our cuts that a competitor follows",
      value: round(forecast.followRate),
      at: forecast.asOf,
    });
  return facts;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
