import { addDaySums } from "../learning/elasticity/day-sums.ts";
import type { CategoryHours } from "../learning/forecasting/hour-profile.ts";
import { decisionHash, type PricingDecision } from "../pricing/decision/decision.ts";
import type { DecisionDigest } from "./decision-digest.ts";
import { filterSkus, finishSkus, poolInput, poolSkus } from "./elasticity-run.ts";
import { type CategoryDays, categoryDays, identifySkus } from "./identify.ts";
import { chooseLadders, decideInLadder, ladderRows, pricesAfter, restoreLadders } from "./ladder-choice.ts";
import type { LadderRow } from "./ladder-row.ts";
import { finishedDigest, type SkuSnapshot } from "./learned.ts";
import type { RunManifest } from "./manifest.ts";
import { PoolInputs } from "./pool-inputs.ts";
import { choosePortfolio, decideAt, type PortfolioRow, portfolioRows } from "./portfolio-choice.ts";
import { heldBack, heldBackDigest, proposalsMax } from "./proposal-cap.ts";
import { decideSkus, digestOf, isCoupled, type PricingSnapshot } from "./propose.ts";

/** The outcome for one SKU, as a hash. */
export type SkuDigest = Pick<DecisionDigest, "sku" | "digest">;

/** A SKU whose outcome is not what was recorded; null where one side has none. */
export interface Difference {
  sku: string;
  recorded: string | null;
  recomputed: string | null;
}

/** A run's shards, each read from the bucket when its turn comes, as often as it is needed. */
export type KeptShards<T> = readonly (() => Promise<readonly T[]>)[];

/** Hands over the SKUs in groups of at most `size`, with only one shard in memory at a time. */
async function eachPart<T>(
  shards: KeptShards<T>,
  size: number,
  take: (part: readonly T[]) => void,
): Promise<void> {
  for (const read of shards) {
    const shard = await read();
    for (let start = 0; start < shard.length; start += size) take(shard.slice(start, start + size));
  }
}

/** A value as the bucket gives it back. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The newest outcome of each SKU. */
class Outcomes {
  readonly #digests = new Map<string, string>();

  note(digests: readonly SkuDigest[]): void {
    for (const { sku, digest } of digests) this.#digests.set(sku, digest);
  }

  bySku(): SkuDigest[] {
    return [...this.#digests.keys()].sort().map((sku) => ({ sku, digest: this.#digests.get(sku)! }));
  }
}

/** Computes a proposals run again from its snapshots, in groups of `size` SKUs. */
export async function recomputeProposals(
  shards: KeptShards<PricingSnapshot>,
  manifest: RunManifest,
  size: number,
): Promise<SkuDigest[]> {
  const outcomes = new Map<string, DecisionDigest>();
  const note = (decision: PricingDecision, { own }: PricingSnapshot) =>
    outcomes.set(decision.sku, digestOf(decision, own));
  const ladderRowsOf: LadderRow[] = [];
  await eachPart(shards, size, (part) => {
    const alone = decideSkus(part, manifest);
    ladderRowsOf.push(...ladderRows(part, alone, manifest).filter((row) => row !== null));
    alone.forEach((decision, i) => void note(decision, part[i]!));
  });
  const ladders = chooseLadders(ladderRowsOf);
  const isPortfolio = isCoupled(manifest);
  if (ladders.size === 0 && !isPortfolio) return capped(outcomes, manifest);
  const rows: PortfolioRow[] = [];
  const decided: Pick<PricingDecision, "sku" | "to">[] = [];
  await eachPart(shards, size, (part) => {
    const decisions = decideSkus(part, manifest).map((decision, i) => {
      const prices = ladders.get(decision.sku);
      return prices ? decideInLadder(part[i]!, prices, manifest) : decision;
    });
    decisions.forEach((decision, i) => void note(decision, part[i]!));
    if (isPortfolio) rows.push(...portfolioRows(part, decisions, manifest));
    for (const { sku, to } of decisions) decided.push({ sku, to });
  });
  if (!isPortfolio) return capped(outcomes, manifest);
  const { changed } = choosePortfolio(rows, manifest.settings);
  restoreLadders(changed, ladderRowsOf, pricesAfter(decided, changed));
  await eachPart(shards, size, (part) => {
    for (const snapshot of part) {
      const price = changed.get(snapshot.own.sku);
      if (price !== undefined) note(decideAt(snapshot, price, manifest), snapshot);
    }
  });
  return capped(outcomes, manifest);
}

/** The outcomes in SKU order, those beyond the cap held back. */
function capped(
  outcomes: ReadonlyMap<string, DecisionDigest>,
  { settings, catalogue }: RunManifest,
): SkuDigest[] {
  const digests = [...outcomes.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const held = heldBack(digests, proposalsMax(settings, catalogue));
  return digests.map((digest) => {
    const { sku, digest: hash } = held.has(digest.sku) ? heldBackDigest(digest) : digest;
    return { sku, digest: hash };
  });
}

/**
 * Computes an elasticity run again from its snapshots, in groups of `size` SKUs; each filter twice, once for the pool
 * and once for its SKU, since all of them would not fit into memory. `hours`: as the run read them.
 */
export async function recomputeElasticity(
  shards: KeptShards<SkuSnapshot>,
  manifest: RunManifest,
  size: number,
  hours: CategoryHours = {},
): Promise<SkuDigest[]> {
  const days: CategoryDays = {};
  await eachPart(shards, size, (part) => addDaySums(days, categoryDays(part)));
  const filter = (part: readonly SkuSnapshot[]) =>
    stored(identifySkus(filterSkus(part, manifest), part, days, manifest));
  const statistics = new PoolInputs();
  await eachPart(shards, size, (part) => {
    const filtered = filter(part);
    const inputs = filtered.flatMap((sku, i) => (sku === null ? [] : [poolInput(sku, part[i]!, manifest)]));
    statistics.add(stored(inputs));
  });
  const { pooled, weekly } = poolSkus(statistics.inputs, manifest);
  const learned = { pooled: stored(pooled), weekly, hours };
  const outcomes = new Outcomes();
  await eachPart(shards, size, (part) => {
    const finished = finishSkus(part, filter(part), learned, manifest);
    outcomes.note(finished.map((sku) => ({ sku: sku.forecast.sku, digest: finishedDigest(sku) })));
  });
  return outcomes.bySku();
}

/** The one hash of a run's outcome, and where it differs from another computation of the same. */
export function compareDigests(
  recorded: readonly SkuDigest[],
  recomputed: readonly SkuDigest[],
): { decisionHash: string; differences: Difference[] } {
  const before = new Map(recorded.map(({ sku, digest }) => [sku, digest]));
  const after = new Map(recomputed.map(({ sku, digest }) => [sku, digest]));
  const skus = [...new Set([...before.keys(), ...after.keys()])].sort();
  const differences = skus
    .map((sku) => ({ sku, recorded: before.get(sku) ?? null, recomputed: after.get(sku) ?? null }))
    .filter((difference) => difference.recorded !== difference.recomputed);
  return { decisionHash: decisionHash(recomputed), differences };
}
