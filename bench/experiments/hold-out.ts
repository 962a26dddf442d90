import { isHeldOut, repricingReturn } from "../../domain/experiments/hold-out.ts";
import { Market } from "../arena/market.ts";
import { scenarioOf } from "../arena/scenario.ts";
import { createWorld, DAYS, SKUS, WARM_DAYS, type World } from "../arena/world.ts";

/** Days before the repricing that count, and days of repricing. */
const BEFORE_DAYS = 28;
const AFTER_DAYS = 28;
/** Arena markets that are joined to one shop: a hold-out of 5 % of one alone would be ten products. */
const MARKETS = 3;
/** Share of the way to the best price, on the log scale, that this repricing goes. */
const WAY = 0.5;

interface Product {
  before: number;
  after: number;
  /** expected profit of the days after, as priced and as kept */
  expected: number;
  expectedKept: number;
}

/** Plays a market with some products kept at the incumbent's price, the others moved half-way to the best price. */
function playMarket(world: World, isKept: (i: number) => boolean): Product[] {
  const [market, kept] = [new Market(world), new Market(world)];
  const products = world.skus.map(() => ({ before: 0, after: 0, expected: 0, expectedKept: 0 }));
  const end = Math.min(DAYS, WARM_DAYS + AFTER_DAYS);
  for (let day = 0; day < end; day++)
    for (let i = 0; i < SKUS; i++) {
      const regular = market.incumbentPrice(i, day);
      const price = day < WARM_DAYS || isKept(i) ? regular : repriced(world, i);
      market.step(i, day, price);
      kept.step(i, day, regular);
      const mean = market.meanDemand(i, price);
      const profit = market.sell(i, day, mean) * (price - market.costs[i]!);
      const product = products[i]!;
      if (day >= WARM_DAYS - BEFORE_DAYS && day < WARM_DAYS) product.before += profit / BEFORE_DAYS;
      if (day < WARM_DAYS) continue;
      product.after += profit / AFTER_DAYS;
      product.expected += ((price - market.costs[i]!) * mean) / AFTER_DAYS;
      product.expectedKept += ((regular - kept.costs[i]!) * kept.meanDemand(i, regular)) / AFTER_DAYS;
    }
  return products;
}

/** Lerner's price for the true elasticity, approached half-way. */
function repriced(world: World, i: number): number {
  const { elasticity, cost, price } = world.skus[i]!;
  const best = (cost * elasticity) / (elasticity - 1);
  return Math.max(Math.round(1.05 * cost), Math.round(price * (best / price) ** WAY));
}

/** A joined shop of which a share is held out, and what its repricing truly earned on a mean day. */
function shopOf(seed: number, share: number): { priced: Product[]; heldOut: Product[]; truth: number } {
  const [priced, heldOut]: [Product[], Product[]] = [[], []];
  for (let m = 0; m < MARKETS; m++) {
    const number = 100_000 + seed * MARKETS + m;
    const isKept = (i: number) => isHeldOut({ sku: `${number}-${i}` }, { share, salt: seed });
    const products = playMarket(createWorld(number, scenarioOf("B")), isKept);
    for (const [i, product] of products.entries()) (isKept(i) ? heldOut : priced).push(product);
  }
  const truth = priced.reduce((sum, one) => sum + one.expected - one.expectedKept, 0);
  return { priced, heldOut, truth };
}

/** Of so many shops: how often the interval of what repricing earned held the truth, and how wide it was. */
export function holdOutCoverage(seeds: number, share: number) {
  let [covered, width, gain] = [0, 0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const { priced, heldOut, truth } = shopOf(seed, share);
    const result = repricingReturn(priced, heldOut)!;
    if (result.interval95[0] <= truth && truth <= result.interval95[1]) covered++;
    width += (result.shareInterval95[1] - result.shareInterval95[0]) / 2 / seeds;
    gain += result.share / seeds;
  }
  return { seeds, share, coverage: covered / seeds, halfWidth: width, gain };
}
