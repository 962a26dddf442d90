import type { Settings } from "../../domain/settings/settings.ts";
import type { Night } from "../install/install.ts";
import { FIRST_DAY, HISTORY_DAYS } from "./calendar.ts";
import { factsOf, featureDay, installFor } from "./shop-install.ts";
import type { ShopDay, SkuPanel, TrueSku } from "./world.ts";

/** Who sets the prices after the merchant's last day. */
export interface Policy {
  /** Prices of a day, minor units, one a SKU. */
  prices(t: number): readonly number[];
  /** What the day sold. */
  record(t: number, days: readonly ShopDay[]): void;
}

/** Leaves the list prices where they are. */
export function doNothing(panel: readonly SkuPanel[]): Policy {
  const prices = panel.map(({ list }) => list);
  return { prices: () => prices, record() {} };
}

/** Knows each SKU's demand: takes the best price in whole cents at once and keeps it, since nothing moves it. */
export function oracle(panel: readonly SkuPanel[]): Policy {
  const prices = panel.map(bestPrice);
  return { prices: () => prices, record() {} };
}

/** Lerner's rule, and the better of the two whole cents beside it. */
function bestPrice(sku: TrueSku): number {
  const optimum = (sku.cost * sku.elasticity) / (sku.elasticity + 1);
  const [low, high] = [Math.floor(optimum), Math.ceil(optimum)];
  return profitRate(sku, low) > profitRate(sku, high) ? low : high;
}

/** Profit of a day at a price over the units that would be sold at the list price. */
export function profitRate({ cost, list, elasticity }: TrueSku, price: number): number {
  return (price - cost) * (price / list) ** elasticity;
}

/** The product with every proposal approved; `after` sees each night. */
export function installPolicy(
  panel: readonly SkuPanel[],
  settings: Settings,
  after: (t: number, night: Night) => void,
): Policy {
  const install = installFor(panel, settings);
  const seen = panel.map(({ days }) => [...days]);
  return {
    prices(t) {
      if (t > HISTORY_DAYS) install.tell(panel.map((sku, i) => factsOf(sku, seen[i]!)));
      const night = install.night(FIRST_DAY + t);
      after(t, night);
      install.approve(FIRST_DAY + t, night);
      return install.prices;
    },
    record(_, days) {
      for (const [i, day] of days.entries()) seen[i]!.push(day);
      install.record(days.map(featureDay));
    },
  };
}

const HOLD_DAYS = 2;
const STEP = 0.2;
const LEAST_ELASTICITY = 1.2;
const MOST_ELASTICITY = 6;

/** Sums of a simple regression of ln(1 + units) on ln price. */
class Regression {
  #n = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;

  add({ price, units }: Pick<ShopDay, "price" | "units">): void {
    const [x, y] = [Math.log(price), Math.log(1 + units)];
    this.#n++;
    this.#x += x;
    this.#y += y;
    this.#xx += x * x;
    this.#xy += x * y;
  }

  /** Undefined while the price never varied. */
  get slope(): number | undefined {
    const variance = this.#xx - this.#x ** 2 / this.#n;
    return variance < 1e-6 * this.#n ? undefined : (this.#xy - (this.#x * this.#y) / this.#n) / variance;
  }
}

/** Per-SKU least squares of ln(1 + units) on ln price, then Lerner's rule c·e/(e − 1), in steps of at most 20 %. */
export function leastSquares(panel: readonly SkuPanel[]): Policy {
  const fits = panel.map(({ days }) => {
    const fit = new Regression();
    for (const day of days) fit.add(day);
    return fit;
  });
  const prices = panel.map(({ list }) => list);
  return {
    prices(t) {
      panel.forEach(({ cost }, i) => {
        const slope = fits[i]!.slope;
        if ((t + i) % HOLD_DAYS !== 0 || slope === undefined) return;
        const e = Math.min(MOST_ELASTICITY, Math.max(LEAST_ELASTICITY, -slope));
        const price = prices[i]!;
        prices[i] = Math.round(
          Math.min(price * (1 + STEP), Math.max(price / (1 + STEP), (cost * e) / (e - 1))),
        );
      });
      return [...prices];
    },
    record(_, days) {
      days.forEach((day, i) => {
        fits[i]!.add(day);
      });
    },
  };
}
