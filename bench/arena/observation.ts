import { uniform } from "../../domain/base/keyed-random.ts";
import type { CompetitorOffer, PolicySale, PolicyView } from "./contract.ts";
import type { Market } from "./market.ts";
import { DAYS, SKUS } from "./world.ts";

const SLIP = 73;
const SLIP_KIND = 74;
const MISSING = 75;
const SLIPS = [10, 0.1, 100, 0.01];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The views and sales of a market's day, as a policy sees them; the rows are reused from day to day. */
export class Observer {
  readonly views: readonly Mutable<PolicyView>[];
  readonly sales: readonly Mutable<PolicySale>[];
  private readonly market: Market;

  constructor(market: Market) {
    this.market = market;
    this.views = Array.from({ length: SKUS }, () => ({ price: 0, cost: 0, offers: [] }));
    this.sales = Array.from({ length: SKUS }, () => ({ units: 0, price: 0, offers: [] }));
  }

  /** Refreshes SKU i's view of the morning; `price` is the price in force. */
  look(i: number, day: number, price: number): void {
    const view = this.views[i]!;
    view.price = price;
    view.cost = this.market.costs[i]!;
    view.offers = this.offers(i, day);
    const units = this.market.stock[i]!;
    if (units === Number.POSITIVE_INFINITY) return;
    const salvage = this.market.salvage(i);
    view.clearance = { units, daysLeft: DAYS - day, salvage };
    view.floor = Math.ceil(1.05 * salvage);
  }

  /** Refreshes SKU i's sales of the day. */
  record(i: number, units: number, price: number): void {
    const sale = this.sales[i]!;
    sale.units = units;
    sale.price = price;
    sale.offers = this.views[i]!.offers;
    const left = this.market.stock[i]!;
    sale.exposure = units + left > 0 ? 1 : 0;
    sale.censored = left === 0 && units > 0;
  }

  private offers(i: number, day: number): CompetitorOffer[] {
    const { seed, scenario } = this.market.world;
    const offers: CompetitorOffer[] = [];
    const rivals = this.market.rivals[i]!;
    for (let j = 0; j < rivals.length; j++) {
      const { price, outDays } = rivals[j]!;
      if (scenario.badData && uniform(seed, MISSING, i, j, day) < 0.15) continue;
      const slips = scenario.badData && uniform(seed, SLIP, i, j, day) < 0.003;
      const factor = slips ? SLIPS[Math.floor(4 * uniform(seed, SLIP_KIND, i, j, day))]! : 1;
      offers.push({ seller: j, price: price * factor, inStock: outDays === 0 });
    }
    return offers;
  }
}
