import { normal, poisson, uniform } from "../../domain/base/keyed-random.ts";
import { createRival, type Rival, stepRival } from "./competitors.ts";
import { DAYS, SALVAGE_SHARE, SKUS, type Sku, WARM_DAYS, type World } from "./world.ts";

const PROMO_BLOCK = 60;
const PROMO_DEPTH = 61;
const COST_SHOCK = 62;
const COST_SIZE = 63;
const SURGE = 72;
const SURGE_DAYS = 3;
const BREAK_DAY = WARM_DAYS + 90;

const clip = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/** Units that the season would sell of SKU i at the incumbent's price against unmoved competitors. */
function seasonalDemand(world: World, i: number): number {
  let sum = 0;
  for (let day = WARM_DAYS; day < DAYS; day++) sum += baseDemand(world, i, day);
  return sum;
}

/** Mean demand of SKU i on a day at the incumbent's price, before any surge. */
function baseDemand(world: World, i: number, day: number): number {
  const sku = world.skus[i]!;
  const category = world.categories[sku.category]!;
  const season = category.amplitude * Math.sin((2 * Math.PI * day) / 365 + category.phase);
  return sku.demand * Math.exp(world.levels[i * DAYS + day]! + season) * category.week[day % 7]!;
}

/** The market of one run: what moves from day to day, partly in answer to the policy's prices. */
export class Market {
  readonly world: World;
  /** Current unit costs, minor units. */
  readonly costs: Float64Array;
  /** Units left of a fixed stock; Infinity when unlimited. */
  readonly stock: Float64Array;
  readonly rivals: readonly (readonly Rival[])[];
  day = -1;
  private readonly base = new Float64Array(SKUS);
  private readonly slope = new Float64Array(SKUS);
  private readonly rest = new Float64Array(SKUS);

  constructor(world: World) {
    this.world = world;
    this.costs = Float64Array.from(world.skus, (sku) => sku.cost);
    this.stock = Float64Array.from(world.skus, (sku, i) =>
      sku.stockCover > 0 ? Math.round(sku.stockCover * seasonalDemand(world, i)) : Number.POSITIVE_INFINITY,
    );
    this.rivals = world.skus.map((sku) => sku.competitors.map(createRival));
  }

  /** The incumbent's price: regular, four-day promotions in the warm-up, a rise of 3 % during a surge. */
  incumbentPrice(i: number, day: number): number {
    const { seed, scenario } = this.world;
    const { price } = this.world.skus[i]!;
    const lift = scenario.surges && this.surging(i, day) ? 1.03 : 1;
    if (day >= WARM_DAYS) return lift === 1 ? price : Math.round(price * lift);
    const block = Math.floor(day / 4);
    if (uniform(seed, PROMO_BLOCK, i, block) >= 0.12) return lift === 1 ? price : Math.round(price * lift);
    return Math.round(price * (0.85 + 0.07 * uniform(seed, PROMO_DEPTH, i, block)) * lift);
  }

  /** Steps SKU i into the day: competitors, who saw our price `seen`, then its own cost, then demand. */
  step(i: number, day: number, seen: number): void {
    const { seed } = this.world;
    const sku = this.world.skus[i]!;
    const rivals = this.rivals[i]!;
    const cost = this.costs[i]!;
    for (let j = 0; j < rivals.length; j++) stepRival(rivals[j]!, seed, i, j, day, seen, cost);
    if (uniform(seed, COST_SHOCK, i, day) < 1 / 60) {
      const next = clip(
        cost * Math.exp(0.01 + 0.05 * normal(seed, COST_SIZE, i, day)),
        0.6 * sku.cost,
        1.6 * sku.cost,
      );
      this.costs[i] = Math.round(next);
    }
    this.prepareDemand(sku, i, day);
  }

  /** Mean demand of SKU i today at a price, unlimited by stock. */
  meanDemand(i: number, price: number): number {
    const sku = this.world.skus[i]!;
    const pull = (price / sku.price) ** -this.slope[i]!;
    return sku.attraction ? (this.base[i]! * pull) / (pull + this.rest[i]!) : this.base[i]! * pull;
  }

  /** Units sold of SKU i on a day at a mean demand: negative binomial, limited by the stock. */
  sell(i: number, day: number, mean: number): number {
    const at = i * DAYS + day;
    const wanted = poisson(mean * this.world.shocks[at]!, this.world.draws[at]!);
    if (day < WARM_DAYS) return wanted;
    const units = Math.min(wanted, this.stock[i]!);
    this.stock[i]! -= units;
    return units;
  }

  /** Salvage value of a unit of SKU i, minor units. */
  salvage(i: number): number {
    return SALVAGE_SHARE * this.world.skus[i]!.cost;
  }

  private surging(i: number, day: number): boolean {
    for (let back = 0; back < SURGE_DAYS; back++) {
      if (uniform(this.world.seed, SURGE, i, day - back) < 1 / 60) return true;
    }
    return false;
  }

  private prepareDemand(sku: Sku, i: number, day: number): void {
    const { world } = this;
    const { scenario } = world;
    const surge = scenario.surges && this.surging(i, day) ? 1.5 : 1;
    const broken = day >= BREAK_DAY ? scenario.breakFactor : 1;
    const elasticity = sku.elasticity * broken * Math.exp(world.drifts[i * DAYS + day]!);
    const base = baseDemand(world, i, day) * surge;
    if (sku.attraction) {
      this.slope[i] = elasticity / (1 - sku.share);
      this.base[i] = base / sku.share;
      this.rest[i] = this.outsideAttraction(sku, i);
    } else {
      this.slope[i] = elasticity;
      this.base[i] = base * crossFactor(sku, this.rivals[i]!);
    }
  }

  /** Attraction of the outside option and of the competitors in stock, in units of ours at the base price. */
  private outsideAttraction(sku: Sku, i: number): number {
    const odds = (1 - sku.share) / sku.share;
    const rivals = this.rivals[i]!;
    if (rivals.length === 0) return odds;
    let sum = 0;
    for (const rival of rivals) {
      if (rival.outDays > 0) continue;
      sum += (rival.competitor.weight / sku.weights) * (rival.price / sku.price) ** -this.slope[i]!;
    }
    return 0.5 * odds * (1 + sum);
  }
}

function crossFactor(sku: Sku, rivals: readonly Rival[]): number {
  let cheapest = Number.POSITIVE_INFINITY;
  for (const rival of rivals) if (rival.outDays === 0) cheapest = Math.min(cheapest, rival.price);
  if (cheapest === Number.POSITIVE_INFINITY) return Math.exp(0.15 * sku.cross);
  return Math.exp(sku.cross * clip(Math.log(cheapest / sku.price), -0.7, 0.7));
}
