import { BOOSTED, type ChallengerConfig } from "./config.ts";
import { growEnsemble } from "./ensemble.ts";
import { type HeldOutReport, heldOutReport } from "./held-out.ts";
import type { ChallengerModel } from "./model.ts";
import { canonicalRows, type DemandRows, takeRows } from "./rows.ts";
import { isHeldOut } from "./sampling.ts";

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
