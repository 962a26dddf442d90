import { normal, uniform } from "../../domain/base/keyed-random.ts";
import { dayOfMonth, HISTORY_DAYS, isWeekend, WEEK_DAYS, weekOf } from "./calendar.ts";
import { categorySeason, followed, growth, isInSale, skuSeason, steps, weeklyShock } from "./movements.ts";
import { type Place, type Shop, STREAM } from "./shop.ts";

/** Days on which a whole shop raises its list prices, and those on which one in decline cuts them. */
const RISE_DAYS = [60, 180, 300];
const CUT_DAYS = [50, 120, 190, 260, 330];
const FIFTH = 0.2;
const SALE = Math.log(1 - FIFTH);
/** A half year's season ends with four weeks of markdown. */
const HALF_YEAR_DAYS = 182;
const MONTH_DAYS = 28;
const MARKDOWN_SHARE = 1 - 28 / HALF_YEAR_DAYS;

const at = Math.floor;

function randomWeekly({ seed, sku }: Place, t: number): number {
  return 0.2 * uniform(seed, STREAM.randomPrice, sku, weekOf(t)) - 0.1;
}

/** Each SKU's list price rises by 2 to 4 %. */
function riseOf({ seed, sku }: Place): number {
  return 0.02 + 0.02 * uniform(seed, STREAM.skuRise, sku);
}

function listRises(name: string, rate: number): Shop {
  return {
    name,
    title: `three list-price rises of 3 % a year, demand + ${rate * 100} % a day`,
    demand: (_, t) => growth(t, rate),
    price: (place, t) => steps(RISE_DAYS, riseOf(place), t),
  };
}

function season(name: string, amplitude: number): Shop {
  return {
    name,
    title: `season ± ${amplitude}, price moves 10 % of it every four weeks, give or take 1.5 %`,
    demand: (place, t) => amplitude * categorySeason(place, t),
    price(place, t) {
      const month = at(t / MONTH_DAYS);
      const follows = categorySeason(place, MONTH_DAYS * month) - categorySeason(place, HISTORY_DAYS);
      return 0.1 * amplitude * follows + 0.015 * normal(place.seed, STREAM.priceNoise, place.sku, month);
    },
  };
}

/** How far a category's half year has come, 0..1. */
function halfYear({ seed, category }: Place, t: number): number {
  return (t / HALF_YEAR_DAYS + uniform(seed, STREAM.categoryPhase, category)) % 1;
}

/** A promotion's depth in logs in a week of a SKU, 0 without one. */
function promotion({ seed, sku }: Place, t: number): number {
  if (uniform(seed, STREAM.promoBlock, sku, weekOf(t)) >= 0.12) return 0;
  return Math.log(0.85 - 0.1 * uniform(seed, STREAM.promoDepth, sku, weekOf(t)));
}

const PROMOTIONS: Pick<Shop, "price" | "lift"> = {
  price: promotion,
  lift: (place, t) => (promotion(place, t) < 0 ? 0.5 : 0),
};

/** A week's stock is ordered for the list price: what is cheaper is gone before its end. */
function isSoldOut({ seed, sku }: Place, t: number, price: number): boolean {
  const spread = 0.8 * normal(seed, STREAM.soldOut, sku, weekOf(t));
  return (t % WEEK_DAYS) + 1 > WEEK_DAYS + 0.5 + spread + 30 * Math.min(0, price + 0.02);
}

/** Last week's units over those of the eight weeks before it. */
function demandOfLastWeek(t: number, units: readonly number[]): number {
  const monday = WEEK_DAYS * weekOf(t);
  if (monday < 9 * WEEK_DAYS) return 0;
  const sum = (from: number, to: number) => units.slice(from, to).reduce((total, one) => total + one, 0);
  const usual = sum(monday - 9 * WEEK_DAYS, monday - WEEK_DAYS) / 8;
  return Math.log((sum(monday - WEEK_DAYS, monday) + 1) / (usual + 1));
}

/** The shops of the requirement. */
const ORDINARY: readonly Shop[] = [
  { name: "control", title: "random weekly ± 10 %", price: randomWeekly },
  listRises("rises-0", 0),
  listRises("rises-1", 0.001),
  listRises("rises-3", 0.003),
  season("season-3", 0.3),
  season("season-4", 0.4),
  season("season-8", 0.8),
  {
    name: "markdown",
    title: "two seasons a year by category, the last four weeks 20 % cheaper",
    demand: (place, t) => 0.4 * Math.cos(2 * Math.PI * (halfYear(place, t) - 0.45)),
    price: (place, t) => (halfYear(place, t) >= MARKDOWN_SHARE ? SALE : 0),
  },
  {
    name: "inflation",
    title: "demand + .3 % a day, prices + .05 % a day",
    demand: (_, t) => growth(t, 0.003),
    price: (_, t) => followed((day) => 0.0005 * day, t),
  },
  {
    name: "decline",
    title: "demand − .3 % a day, five price cuts of 3 %",
    demand: (_, t) => growth(t, -0.003),
    price: (_, t) => steps(CUT_DAYS, -0.03, t),
  },
  {
    name: "weekend",
    title: "Saturdays and Sundays 20 % cheaper, and demand × 3 then",
    demand: (_, t) => (isWeekend(t) ? Math.log(3) : 0),
    price: (_, t) => (isWeekend(t) ? SALE : 0),
  },
  {
    name: "reactive",
    title: "price set by last week's demand, demand with a memory of weeks",
    demand: (place, t) => 0.3 * weeklyShock(place, t, 0.8),
    price: (_, t, units) => Math.max(-0.1, Math.min(0.1, 0.2 * demandOfLastWeek(t, units))),
  },
  { name: "promo", title: "advertised promotions, not reported as such", ...PROMOTIONS },
  {
    name: "promo-flagged",
    title: "advertised promotions, reported as such",
    ...PROMOTIONS,
    promo: (place, t) => promotion(place, t) < 0,
  },
  {
    name: "sold-out",
    title: "random weekly ± 10 %, cheap weeks sell out, reported as days without a sale",
    price: randomWeekly,
    isSoldOut,
  },
];

/** More of our own. */
const OTHERS: readonly Shop[] = [
  {
    name: "restless",
    title: "random weekly ± 10 %, each SKU's demand wanders by 20 %",
    demand: (place, t) => 0.2 * weeklyShock(place, t, 0.9),
    price: randomWeekly,
  },
  {
    name: "staggered",
    title: "each SKU raised on days of its own, demand + .3 % a day",
    demand: (_, t) => growth(t, 0.003),
    price(place, t) {
      const first = at(120 * uniform(place.seed, STREAM.skuPhase, place.sku));
      return steps([first, first + 120, first + 240], riseOf(place), t);
    },
  },
  {
    name: "own-trend",
    title: "each SKU a trend of its own (sd .3 % a day), its price a sixth of it",
    demand: ({ seed, sku }, t) => growth(t, 0.003 * normal(seed, STREAM.skuTrend, sku)),
    price: ({ seed, sku }, t) => followed((day) => 0.0005 * normal(seed, STREAM.skuTrend, sku) * day, t),
  },
  {
    name: "own-season",
    title: "each SKU a season ± .4 of its own, price moves exactly 10 % of it every week",
    demand: (place, t) => 0.4 * skuSeason(place, t),
    price: (place, t) => followed((day) => 0.04 * skuSeason(place, day), t),
  },
  {
    name: "uneven-season",
    title: "season ± .4, each SKU more or less of it, price moves exactly 10 % of its own every week",
    demand: (place, t) => 0.4 * loadingOf(place) * categorySeason(place, t),
    price: (place, t) => followed((day) => 0.04 * loadingOf(place) * categorySeason(place, day), t),
  },
  {
    name: "cycles",
    title: "each SKU 20 % cheaper in two weeks of its own 13, when demand is up by 40 %",
    demand: (place, t) => (isInSale(skuPhase(place), t) ? Math.log(1.4) : 0),
    price: (place, t) => (isInSale(skuPhase(place), t) ? SALE : 0),
  },
  {
    name: "quarterly",
    title: "each category 20 % cheaper in two weeks of 13, when demand is up by 40 %",
    demand: (place, t) => (isInSale(categoryPhase(place), t) ? Math.log(1.4) : 0),
    price: (place, t) => (isInSale(categoryPhase(place), t) ? SALE : 0),
  },
  {
    name: "payday",
    title: "the first five days of a month 15 % cheaper, and demand × 2 then",
    demand: (_, t) => (dayOfMonth(t) <= 5 ? Math.log(2) : 0),
    price: (_, t) => (dayOfMonth(t) <= 5 ? Math.log(0.85) : 0),
  },
  {
    name: "weekend-fifth",
    title: "a fifth of each category's SKUs as in weekend",
    demand: (place, t) => (isOneOfFive(place) && isWeekend(t) ? Math.log(3) : 0),
    price: (place, t) => (isOneOfFive(place) && isWeekend(t) ? SALE : 0),
  },
  {
    name: "same-week",
    title: "price up in the very week of high demand",
    demand: (place, t) => 0.15 * weeklyShock(place, t, 0),
    price: (place, t) =>
      0.05 * weeklyShock(place, t, 0) + 0.04 * normal(place.seed, STREAM.priceNoise, place.sku, weekOf(t)),
  },
  {
    name: "rival",
    title: "every price is a rival's, matched to the cent",
    demand: (place, t) => RIVAL_EFFECT * rivalMove(place, t),
    price: rivalMove,
    rival: rivalMove,
  },
];

function loadingOf({ seed, sku }: Place): number {
  return Math.exp(0.4 * normal(seed, STREAM.skuLoading, sku));
}

function skuPhase({ seed, sku }: Place): number {
  return uniform(seed, STREAM.skuPhase, sku);
}

function categoryPhase({ seed, category }: Place): number {
  return uniform(seed, STREAM.categoryPhase, category);
}

function isOneOfFive({ sku }: Place): boolean {
  return at(sku / 10) % 5 === 0;
}

/** A rival's price wanders by 8 %; a tenth dearer, it sends us 8 % more customers. */
function rivalMove(place: Place, t: number): number {
  return 0.08 * weeklyShock(place, t, 0.8);
}

const RIVAL_EFFECT = 0.8;

/** All kinds of shops by name. */
export const SHOPS: ReadonlyMap<string, Shop> = new Map(
  [...ORDINARY, ...OTHERS].map((shop) => [shop.name, shop]),
);

/** The shop of that name; throws RangeError for an unknown one. */
export function shopOf(name: string): Shop {
  const shop = SHOPS.get(name);
  if (shop === undefined)
    throw new RangeError(`unknown shop ${name}; known are ${[...SHOPS.keys()].join(", ")}`);
  return shop;
}

/** The merchant's price of a day, above the list price of the handover; from then on it is the list price. */
export function merchantPrice(shop: Shop, place: Place, t: number, units: readonly number[]): number {
  return t < HISTORY_DAYS ? shop.price(place, t, units) : 0;
}
