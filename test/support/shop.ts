import { normal, poisson, uniform } from "../../domain/base/keyed-random.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { dayText } from "../../scripts/replay/dates.ts";

/** A generated shop: the same seed gives the same rows, but for their days. */
export interface Shop {
  products: object[];
  observations: object[];
  demand: object[];
}

export interface ShopPlan {
  /** name of each category and its true own-price elasticity */
  categories: Record<string, number>;
  skusPerCategory: number;
  days: number;
  /** the past prices lie within this share of the base price */
  priceRange: number;
  competitors: string[];
  /** unit costs over those at which the base price is the best one; above 1 prices are too low, .92 unless said */
  costs?: number;
  seed: number;
  /** the history ends on the day before this one, a number of days since 1970-01-01 */
  today: number;
}

function money(amount: number): string {
  return amount.toFixed(2);
}

/** Demand of constant elasticity with Poisson chance at prices that change every four days, and steady competitors. */
export function generateShop(plan: ShopPlan): Shop {
  const shop: Shop = { products: [], observations: [], demand: [] };
  const categories = Object.entries(plan.categories);
  for (const [group, [category, elasticity]] of categories.entries()) {
    for (let number = 0; number < plan.skusPerCategory; number++) {
      const index = group * plan.skusPerCategory + number;
      const sku = `${category.slice(0, 3).toUpperCase()}-${String(number + 1).padStart(3, "0")}`;
      const base = 10 + Math.round(90 * uniform(plan.seed, 1, index));
      const title = `${category} ${number + 1}`;
      const unitCost = money(base * (1 + 1 / elasticity) * (plan.costs ?? 0.92));
      shop.products.push({ sku, title, category, currency: "EUR", price: money(base), unitCost });
      generateDays(plan, shop, { index, sku, base, elasticity });
    }
  }
  return shop;
}

function generateDays(
  plan: ShopPlan,
  shop: Shop,
  { index, sku, base, elasticity }: { index: number; sku: string; base: number; elasticity: number },
): void {
  const volume = 8 + 12 * uniform(plan.seed, 2, index);
  for (let k = 0; k < plan.days; k++) {
    const day = plan.today - plan.days + k;
    const block = Math.floor((k + index) / 4);
    const price = Number(money(base * (1 + plan.priceRange * (2 * uniform(plan.seed, 3, index, block) - 1))));
    const mean = volume * (price / base) ** elasticity;
    const units = poisson(mean, uniform(plan.seed, 4, index, k));
    shop.demand.push({ sku, day: dayText(day), units, price: money(price) });
    for (const [place, competitor] of plan.competitors.entries()) {
      const level = 1.01 + 0.02 * place + 0.01 * normal(plan.seed, 5, index, place, Math.floor(k / 10));
      const observedAt = new Date(day * DAY_MS + (12 + place) * 3_600_000).toISOString();
      const offer = {
        sku,
        competitor,
        price: money(base * level),
        currency: "EUR",
        availability: "in_stock",
      };
      shop.observations.push({ ...offer, observedAt });
    }
  }
}

/** Today as a number of days since 1970-01-01. */
export function today(): number {
  return Math.floor(Date.now() / DAY_MS);
}
