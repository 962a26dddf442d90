/** One offer of a competitor beside our price: (theirs − ours) / ours. */
export interface CompetitorGap {
  sku: string;
  category: string;
  gap: number;
}

/** Our price and theirs of one offer, minor units of the install's currency. */
interface ComparedPrices {
  ours: number;
  theirs: number;
}

const BIN_PCT = 5;
const BINS = 20;
const CUTS_KEPT = 10;
const UNDERCUT = 0.05;

/** The offers of one competitor as they are counted. */
export interface GapCount {
  gaps: number[];
  categories: Map<
    string,
    { offers: number; undercuts: number; gap: number; priced: number } & ComparedPrices
  >;
  /** the deepest cuts, the deepest first */
  cuts: CompetitorGap[];
}

/** How a competitor's prices spread around ours. Gaps are shares of our price. */
export interface GapSpread {
  /** offers by classes of 5 per cent from −50 to +50, those beyond in the first and the last */
  bins: number[];
  mean: number;
  median: number;
  min: number;
  max: number;
  /** population standard deviation */
  deviation: number;
  /** the mean prices are of the offers in the install's currency; null without one */
  categories: {
    category: string;
    offers: number;
    undercuts: number;
    meanGap: number;
    meanPrices: ComparedPrices | null;
  }[];
  cuts: CompetitorGap[];
}

export function emptyGapCount(): GapCount {
  return { gaps: [], categories: new Map(), cuts: [] };
}

const NOTHING = { offers: 0, undercuts: 0, gap: 0, priced: 0, ours: 0, theirs: 0 };

/** Counts an offer. `prices`: null where they are in another currency than the install's. */
export function countGap(count: GapCount, one: CompetitorGap, prices: ComparedPrices | null): void {
  count.gaps.push(one.gap);
  const sums = count.categories.get(one.category) ?? { ...NOTHING };
  count.categories.set(one.category, sums);
  sums.offers += 1;
  sums.undercuts += one.gap < -UNDERCUT ? 1 : 0;
  sums.gap += one.gap;
  if (prices !== null) {
    sums.priced += 1;
    sums.ours += prices.ours;
    sums.theirs += prices.theirs;
  }
  const deepest = count.cuts.at(-1)?.gap ?? Number.POSITIVE_INFINITY;
  if (one.gap >= 0 || (count.cuts.length >= CUTS_KEPT && one.gap >= deepest)) return;
  count.cuts.push(one);
  count.cuts.sort((a, b) => a.gap - b.gap || (a.sku < b.sku ? -1 : 1));
  count.cuts.length = Math.min(count.cuts.length, CUTS_KEPT);
}

/** The spread of at least one offer. */
export function gapSpread({ gaps, categories, cuts }: GapCount): GapSpread {
  const sorted = [...gaps].sort((a, b) => a - b);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const middle = Math.floor(sorted.length / 2);
  const bins = new Array<number>(BINS).fill(0);
  for (const gap of gaps) {
    const bin = Math.floor((100 * gap) / BIN_PCT) + BINS / 2;
    bins[Math.min(BINS - 1, Math.max(0, bin))]! += 1;
  }
  return {
    ...{ bins, mean, cuts, min: sorted[0]!, max: sorted.at(-1)! },
    median: sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
    deviation: Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length),
    categories: [...categories]
      .map(([category, { offers, undercuts, gap, priced, ours, theirs }]) => ({
        ...{ category, offers, undercuts, meanGap: gap / offers },
        meanPrices: priced === 0 ? null : { ours: ours / priced, theirs: theirs / priced },
      }))
      .sort((a, b) => a.meanGap - b.meanGap),
  };
}

/** The classes of `bins`: from and to, per cent; null = open. */
export function gapClasses(): { from: number | null; to: number | null }[] {
  return Array.from({ length: BINS }, (_, i) => ({
    from: i === 0 ? null : (i - BINS / 2) * BIN_PCT,
    to: i === BINS - 1 ? null : (i + 1 - BINS / 2) * BIN_PCT,
  }));
}
