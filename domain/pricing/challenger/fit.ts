import { binRows } from "./bins.ts";
import { BOOSTED, type ChallengerConfig, type ChallengerModel } from "./config.ts";
import { type HeldOutReport, heldOutReport } from "./held-out.ts";
import { canonicalRows, type DemandRows, takeRows } from "./panel.ts";
import { bootstrapRows, isHeldOut, rowHashes, sampledFeatures, sampledRows } from "./sampling.ts";
import { growTree, type Tree, treeValue } from "./tree.ts";

/** The outcome of a training. `skipped`: rows with a number that cannot be used. */
export type ChallengerFit =
  | { kind: "fitted"; model: ChallengerModel; heldOut: HeldOutReport; rows: number; skipped: number }
  | { kind: "none"; why: string; skipped: number };

/**
 * Trains a Poisson tree ensemble on a category's panel and judges it on SKUs kept apart. Deterministic: the same
 * rows in any order give the same model, bit for bit.
 */
export function fitChallenger(given: DemandRows, config: ChallengerConfig = BOOSTED): ChallengerFit {
  const rows = canonicalRows(given);
  const skipped = given.units.length - rows.units.length;
  const training: number[] = [];
  const held: number[] = [];
  rows.group.forEach((group, i) => {
    (isHeldOut(group, config.heldOutShare, config.seed) ? held : training).push(i);
  });
  if (training.length < config.rowsMin) {
    const why = `${training.length} days of demand to learn from, at least ${config.rowsMin} needed`;
    return { kind: "none", why, skipped };
  }
  const judges = takeRows(rows, held);
  const groups = new Set(judges.group).size;
  if (groups < config.heldOutGroupsMin) {
    const why = `${groups} SKUs to judge the model by, at least ${config.heldOutGroupsMin} needed`;
    return { kind: "none", why, skipped };
  }
  const model = growEnsemble(takeRows(rows, training), config);
  return { kind: "fitted", model, heldOut: heldOutReport(judges, model), rows: training.length, skipped };
}

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
function growEnsemble(rows: DemandRows, config: ChallengerConfig): ChallengerModel {
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
