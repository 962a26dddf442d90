import { binRows } from "./bins.ts";
import type { ChallengerConfig } from "./config.ts";
import type { ChallengerModel } from "./model.ts";
import type { DemandRows } from "./rows.ts";
import { bootstrapRows, rowHashes, sampledFeatures, sampledRows } from "./sampling.ts";
import { growTree, type Tree, treeValue } from "./tree.ts";

/** The log factor that makes the offsets add up to the units sold. */
function baseOf({ units, offset }: DemandRows, pseudoUnits: number): number {
  let sold = pseudoUnits;
  let expected = pseudoUnits;
  for (let i = 0; i < units.length; i++) {
    sold += units[i]!;
    expected += Math.exp(offset[i]!);
  }
  return Math.log(sold / expected);
}

/** Multiplies the means by what a tree says of their rows. */
function applyTree(tree: Tree, { features, schema }: DemandRows, mean: Float64Array): void {
  const width = schema.length;
  const factors = tree.value.map((value) => Math.exp(value));
  const exponentiated = { ...tree, value: factors };
  for (let i = 0; i < mean.length; i++) mean[i]! *= treeValue(exponentiated, features, i * width);
}

/**
 * Grows the ensemble on all rows given, which are in canonical order. Boosting fits each tree to what the ones
 * before it left, a forest fits all of them to the offsets.
 */
export function growEnsemble(rows: DemandRows, config: ChallengerConfig): ChallengerModel {
  const { kind, seed, featureShare, rowShare } = config;
  const { schema, units } = rows;
  const base = baseOf(rows, config.pseudoUnits);
  const binned = binRows(rows);
  const hashes = rowHashes(rows, seed);
  const mean = rows.offset.map((offset) => Math.exp(offset + base));
  const rules = { ...config, schema };
  const trees: Tree[] = [];
  for (let t = 0; t < config.trees; t++) {
    const sample = kind === "forest" ? bootstrapRows(hashes, t) : sampledRows(hashes, t, rowShare);
    const features = sampledFeatures(schema.length, t, featureShare, seed);
    const tree = growTree(binned, { units, mean }, sample, features, rules);
    trees.push(tree);
    if (kind === "boosted") applyTree(tree, rows, mean);
  }
  return { format: 1, kind, features: schema.map(({ name }) => name), base, trees };
}
