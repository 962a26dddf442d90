import { gamma, normal, uniform } from "../../domain/base/keyed-random.ts";
import type { Scenario } from "./scenario.ts";

export const SKUS = 200;
const CATEGORIES = 10;
/** Days under the incumbent's prices before the scored season. */
export const WARM_DAYS = 60;
export const SCORED_DAYS = 180;
export const DAYS = WARM_DAYS + SCORED_DAYS;
const WEEK_PROFILE = [0.95, 0.92, 0.94, 0.98, 1.05, 1.12, 1.04];
const COMPETITOR_COUNTS = [0, 1, 1, 2, 2, 2, 3, 3, 4, 5];

/** Salvage value of a unit left at the end of the season, as a share of its cost. */
export const SALVAGE_SHARE = 0.3;

type CompetitorKind = "sticky" | "follower" | "promo" | "erratic";

interface Category {
  readonly elasticity: number;
  readonly amplitude: number;
  readonly phase: number;
  /** Demand factor by day of the week. */
  readonly week: readonly number[];
  /** The incumbent's mark-up factor on cost. */
  readonly markup: number;
}

export interface Competitor {
  readonly kind: CompetitorKind;
  /** Regular price at the start, minor units (not rounded). */
  readonly anchor: number;
  readonly weight: number;
}

export interface Sku {
  readonly category: number;
  /** Own-price elasticity in magnitude, at the incumbent's price and before drift. */
  readonly elasticity: number;
  /** Mean daily demand at the incumbent's price. */
  readonly demand: number;
  /** Unit cost at the start, minor units. */
  readonly cost: number;
  /** The incumbent's regular price, minor units. */
  readonly price: number;
  /** Demand model: attraction shares (true) or constant elasticity (false). */
  readonly attraction: boolean;
  /** Cross elasticity to the cheapest competitor (constant elasticity only). */
  readonly cross: number;
  /** Own share of the market at the incumbent's price (attraction only). */
  readonly share: number;
  /** Shape of the gamma shock: Var y = mu + mu² / shape. */
  readonly shape: number;
  readonly competitors: readonly Competitor[];
  /** Sum of the competitors' attraction weights. */
  readonly weights: number;
  /** Share of the mean seasonal demand that the fixed stock covers; 0 when stock is unlimited. */
  readonly stockCover: number;
}

/** One keyed market: everything that no policy can change. */
export interface World {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly categories: readonly Category[];
  readonly skus: readonly Sku[];
  /** Gamma demand shocks of mean one and uniforms of the Poisson draw, [sku * DAYS + day]. */
  readonly shocks: Float64Array;
  readonly draws: Float64Array;
  /** Log level of demand and log elasticity drift, [sku * DAYS + day]. */
  readonly levels: Float64Array;
  readonly drifts: Float64Array;
}

const clip = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/**
 * Builds the market of a seed: 200 SKUs in 10 categories over 60 warm-up and 180 scored days. Every number is
 * a keyed draw, so demand shocks are common to all policies.
 */
export function createWorld(seed: number, scenario: Scenario): World {
  const categories = Array.from({ length: CATEGORIES }, (_, c) => createCategory(seed, c, scenario));
  const skus = Array.from({ length: SKUS }, (_, i) => createSku(seed, i, categories, scenario));
  const size = SKUS * DAYS;
  const world = {
    seed,
    scenario,
    categories,
    skus,
    shocks: new Float64Array(size),
    draws: new Float64Array(size),
    levels: new Float64Array(size),
    drifts: new Float64Array(size),
  };
  for (let i = 0; i < SKUS; i++) drawPaths(world, i);
  return world;
}

function createCategory(seed: number, c: number, scenario: Scenario): Category {
  const elasticity = clip(2.5 + 0.5 * normal(seed, 1, c), 1.7, 3.6);
  const sharpness = 0.5 + 1.5 * uniform(seed, 4, c);
  return {
    elasticity,
    amplitude: 0.25 * uniform(seed, 2, c),
    phase: 2 * Math.PI * uniform(seed, 3, c),
    week: WEEK_PROFILE.map((factor) => factor ** sharpness),
    markup: (elasticity / (elasticity - 1)) * Math.exp(scenario.markupSd * normal(seed, 5, c)),
  };
}

function createSku(seed: number, i: number, categories: readonly Category[], scenario: Scenario): Sku {
  const category = i % CATEGORIES;
  const { elasticity, markup } = categories[category]!;
  const cost = Math.round(100 * clip(Math.exp(Math.log(25) + 0.9 * normal(seed, 12, i)), 2, 800));
  const offer = cost * markup * Math.exp(scenario.priceSd * normal(seed, 13, i));
  const price = Math.round(clip(offer, 1.08 * cost, 3.2 * cost));
  const competitors = createCompetitors(seed, i, price);
  const clears = scenario.clearanceShare > 0 && uniform(seed, 70, i) < scenario.clearanceShare;
  return {
    category,
    elasticity: clip(Math.exp(Math.log(elasticity) + scenario.elasticitySd * normal(seed, 10, i)), 1.2, 5),
    demand: clip(Math.exp(Math.log(3) + 1.2 * normal(seed, 11, i)), 0.1, 150),
    cost,
    price,
    attraction: uniform(seed, 14, i) < 0.5,
    cross: clip(0.6 + 0.3 * normal(seed, 15, i), 0, 1.5),
    share: 0.1 + 0.3 * uniform(seed, 23, i),
    shape: Math.exp(Math.log(6) + 0.4 * normal(seed, 16, i)),
    competitors,
    weights: competitors.reduce((sum, competitor) => sum + competitor.weight, 0),
    stockCover: clears ? 0.8 + 0.7 * uniform(seed, 71, i) : 0,
  };
}

function createCompetitors(seed: number, i: number, price: number): Competitor[] {
  const count = COMPETITOR_COUNTS[Math.floor(10 * uniform(seed, 17, i))]!;
  return Array.from({ length: count }, (_, j) => {
    const u = uniform(seed, 18, i, j);
    return {
      kind: u < 0.45 ? "sticky" : u < 0.7 ? "follower" : u < 0.9 ? "promo" : "erratic",
      anchor: price * Math.exp(-0.03 + 0.1 * normal(seed, 19, i, j)),
      weight: 0.5 + uniform(seed, 24, i, j),
    };
  });
}

function drawPaths(world: World, i: number): void {
  const { seed } = world;
  const { shape } = world.skus[i]!;
  let level = 0.2 * normal(seed, 20, i);
  let drift = 0;
  for (let day = 0; day < DAYS; day++) {
    const at = i * DAYS + day;
    level = 0.985 * level + 0.035 * normal(seed, 21, i, day);
    drift += 0.004 * normal(seed, 22, i, day);
    world.levels[at] = level;
    world.drifts[at] = drift;
    world.shocks[at] = gamma(shape, seed, 50, i, day) / shape;
    world.draws[at] = uniform(seed, 51, i, day);
  }
}
