import type { CategoryHours } from "../forecasting/hour-profile.ts";
import { decisionHash } from "../proposals/canonical.ts";
import { filterSkus, finishSkus, poolInput, poolSkus, type SkuSnapshot } from "./elasticity-run.ts";
import { chooseLines, decideInLine, keepLines, lineRows, pricesAfter } from "./line-choice.ts";
import type { RunManifest } from "./manifest.ts";
import { finishedDigest } from "./outcome-identity.ts";
import { choosePortfolio, decideAt, portfolioRows } from "./portfolio-choice.ts";
import {
  type DecisionDigest,
  decideSkus,
  digestOf,
  isCoupled,
  type PricingSnapshot,
} from "./proposals-run.ts";

/** What names the outcome for one SKU. */
export type SkuDigest = Pick<DecisionDigest, "sku" | "digest">;

/** A SKU whose outcome is not what was recorded; null where one side has none. */
export interface Difference {
  sku: string;
  recorded: string | null;
  recomputed: string | null;
}

function bySku<T>(rows: readonly T[], skuOf: (row: T) => string): T[] {
  return [...rows].sort((a, b) => (skuOf(a) < skuOf(b) ? -1 : 1));
}

function inShards<T>(rows: readonly T[], size: number): T[][] {
  const shards: T[][] = [];
  for (let start = 0; start < rows.length; start += size) shards.push(rows.slice(start, start + size));
  return shards;
}

/** What one shard leaves for the next phase, as the bucket gives it back. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Computes a proposals run again from its snapshots, in shards of `size` SKUs. */
export function recomputeProposals(
  snapshots: readonly PricingSnapshot[],
  manifest: RunManifest,
  size: number,
): SkuDigest[] {
  const sorted = bySku(snapshots, ({ own }) => own.sku);
  const alone = inShards(sorted, size).flatMap((shard) => decideSkus(shard, manifest));
  const lineRowsOf = lineRows(sorted, alone, manifest).filter((row) => row !== null);
  const lines = chooseLines(lineRowsOf);
  const decisions = alone.map((decision, i) => {
    const prices = lines.get(decision.sku);
    return prices ? decideInLine(sorted[i]!, prices, manifest) : decision;
  });
  if (!isCoupled(manifest)) return decisions.map(digestOf);
  const rows = portfolioRows(sorted, decisions, manifest);
  const { changed } = choosePortfolio(rows, manifest.settings);
  keepLines(changed, lineRowsOf, pricesAfter(decisions, changed));
  return decisions.map((decision, i) => {
    const price = changed.get(decision.sku);
    return digestOf(price === undefined ? decision : decideAt(sorted[i]!, price, manifest));
  });
}

/** Computes an elasticity run again from its snapshots, in shards of `size` SKUs. `hours`: as the run read them. */
export function recomputeElasticity(
  snapshots: readonly SkuSnapshot[],
  manifest: RunManifest,
  size: number,
  hours: CategoryHours = {},
): SkuDigest[] {
  const shards = inShards(
    bySku(snapshots, ({ features }) => features.sku),
    size,
  );
  const filtered = shards.map((shard) => stored(filterSkus(shard, manifest)));
  const inputs = shards.flatMap((shard, k) =>
    shard.flatMap((snapshot, i) => {
      const sku = filtered[k]![i]!;
      return sku === null ? [] : [poolInput(sku, snapshot, manifest)];
    }),
  );
  const learned = poolSkus(stored(inputs), manifest);
  return shards.flatMap((shard, k) =>
    finishSkus(shard, filtered[k]!, { ...learned, pooled: stored(learned.pooled), hours }, manifest).map(
      (sku) => ({ sku: sku.forecast.sku, digest: finishedDigest(sku) }),
    ),
  );
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
