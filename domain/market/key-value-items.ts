import { normalQuantile } from "../base/normal.ts";

/** The tag of products by whose prices shoppers judge the whole shop (key value items). */
export const KVI_TAG = "kvi";

/** What is known of a product that may be a key value item; null = not known. */
export interface KviFacts {
  sku: string;
  /** over the same span for all products, minor units and units */
  revenue: number;
  units: number;
  /** views of the product's page */
  views: number | null;
  elasticity: { mean: number; sd: number } | null;
  /** competitors that offer it now */
  competitors: number | null;
}

export const KVI_TIERS = ["A", "B"] as const;
type KviTier = (typeof KVI_TIERS)[number];

export interface KviScore {
  sku: string;
  /** 0..100: the share of products that score less */
  score: number;
  /** A: the highest 5 %, B: the next 15 %; null: none of both */
  tier: KviTier | null;
  /** each feature as its rank among the products, 0..1; one that is not known is left out */
  parts: Partial<Record<KviFeature, number>>;
}

/** Shares of the score. Those that are not known of a product leave theirs to the others. */
const WEIGHTS = { revenue: 0.3, units: 0.2, views: 0.15, elasticity: 0.15, competitors: 0.1 } as const;
type KviFeature = keyof typeof WEIGHTS;
const FEATURES = Object.keys(WEIGHTS) as KviFeature[];

const TIER_A = 0.05;
const TIER_B = 0.2;

/** A large elasticity that is certain: |mean| shrunk by how much of it may be chance. */
function elasticityWeight(elasticity: KviFacts["elasticity"]): number | null {
  if (elasticity === null) return null;
  const { mean, sd } = elasticity;
  return (Math.abs(mean) * mean * mean) / (mean * mean + sd * sd || 1);
}

const VALUE_OF: Record<KviFeature, (facts: KviFacts) => number | null> = {
  revenue: ({ revenue }) => revenue,
  units: ({ units }) => units,
  views: ({ views }) => views,
  elasticity: ({ elasticity }) => elasticityWeight(elasticity),
  competitors: ({ competitors }) => competitors,
};

/** The middle of a value's place in the order, 0..1; equal values have the same. */
function ranks(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const first = new Map<number, number>();
  const count = new Map<number, number>();
  for (const [i, value] of known.entries()) {
    if (!first.has(value)) first.set(value, i);
    count.set(value, (count.get(value) ?? 0) + 1);
  }
  return values.map((value) =>
    value === null ? null : (first.get(value)! + count.get(value)! / 2) / known.length,
  );
}

/**
 * How much each product looks like a key value item, from traffic, revenue, how shoppers answer to its price, and how many
 * competitors it is compared with. Each feature is taken as the normal quantile of its rank, so that no single bestseller sets
 * the scale; the score is the rank of their weighted mean. Products that sold nothing have none.
 *
 * @example
 * // of two products the one with more of everything scores 75, the middle of the upper half
 * scoreKeyValueItems([facts("a", 10), facts("b", 20)]).map(({ score }) => score) // [25, 75]
 */
export function scoreKeyValueItems(all: readonly KviFacts[]): KviScore[] {
  const sold = all.filter(({ units }) => units > 0).sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const byFeature = new Map(FEATURES.map((name) => [name, ranks(sold.map(VALUE_OF[name]))]));
  const means = sold.map((_, i) => {
    let [sum, weight] = [0, 0];
    for (const name of FEATURES) {
      const rank = byFeature.get(name)![i];
      if (rank === null || rank === undefined) continue;
      sum += WEIGHTS[name] * normalQuantile(rank);
      weight += WEIGHTS[name];
    }
    return sum / weight;
  });
  const placed = ranks(means);
  return sold.map(({ sku }, i) => {
    const place = placed[i]!;
    const parts = FEATURES.flatMap((name) => {
      const rank = byFeature.get(name)![i];
      return rank === null || rank === undefined ? [] : [[name, Math.round(rank * 1_000) / 1_000] as const];
    });
    const tier = place > 1 - TIER_A ? "A" : place > 1 - TIER_B ? "B" : null;
    return { sku, score: Math.round(place * 1_000) / 10, tier, parts: Object.fromEntries(parts) };
  });
}

/** Whether a product is priced as a key value item: a person, or a file, has tagged it. */
export function isKeyValueItem({ tags }: { tags?: readonly string[] | null }): boolean {
  return tags?.includes(KVI_TAG) ?? false;
}
