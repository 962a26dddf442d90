import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import type { SkuSnapshot } from "../../domain/runs/learned.ts";
import { CODE_VERSION } from "../../domain/runs/manifest.ts";
import { phaseNumber, RUN_SHARD_SKUS } from "../../domain/runs/phases.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import {
  compareDigests,
  type Difference,
  type KeptShards,
  recomputeElasticity,
  recomputeProposals,
  type SkuDigest,
} from "../../domain/runs/replay-run.ts";
import type { ServiceContext } from "../context.ts";
import { readCategoryHours } from "./hours.ts";
import { readManifest } from "./manifest.ts";
import { getJson, readRun, resultKey } from "./run-record.ts";
import { doneShards } from "./shard-list.ts";
import { getSnapshots } from "./snapshot-store.ts";

interface Replay {
  identical: boolean;
  decisionHash: string;
  differences: Difference[];
  codeVersion: { recorded: string; present: string };
}

/** Differences answered: the first are enough to see what is wrong. */
const DIFFERENCES_MAX = 100;

/**
 * Computes an earlier run again from what the bucket kept of it, in groups of any size, and compares. Reads no table
 * but the run's own row, and writes nothing. Holds the snapshots of one shard at a time, however many SKUs the run
 * has.
 *
 * @throws ProblemError not_found; conflict while it runs, or if there is nothing to compare
 */
export async function replayRun(
  ctx: ServiceContext,
  runId: string,
  shardSize = RUN_SHARD_SKUS,
): Promise<Replay> {
  const run = orNotFound(await readRun(ctx.db, runId), "no such run");
  if (run.finishedAt === null) throw new ProblemError("conflict", "the run has not ended yet");
  if (run.decisionHash === null)
    throw new ProblemError("conflict", "the run decided nothing: there is nothing to compare");
  const manifest = await readManifest(ctx, runId).catch(() => {
    throw new ProblemError("conflict", "what the run read is no longer kept");
  });
  const shards = await doneShards(ctx, runId, 0);
  const isProposals = run.kind === "proposals";
  const recorded: SkuDigest[] = [];
  for (const shard of await doneShards(ctx, runId, isProposals ? 0 : phaseNumber("elasticity", "finish"))) {
    const digests = await getJson<SkuDigest[]>(ctx.lake, resultKey(runId, "decisions", shard));
    for (const { sku, digest } of digests) recorded.push({ sku, digest });
  }
  const recomputed = isProposals
    ? await recomputeProposals(keptShards<PricingSnapshot>(ctx, runId, shards), manifest, shardSize)
    : await recomputeElasticity(
        keptShards<SkuSnapshot>(ctx, runId, shards),
        manifest,
        shardSize,
        await readCategoryHours(ctx, runId),
      );
  const { decisionHash, differences } = compareDigests(recorded, recomputed);
  return {
    identical: differences.length === 0 && decisionHash === run.decisionHash,
    decisionHash,
    differences: differences.slice(0, DIFFERENCES_MAX),
    codeVersion: { recorded: manifest.codeVersion, present: CODE_VERSION },
  };
}

function keptShards<T extends SkuSnapshot | PricingSnapshot>(
  { lake }: ServiceContext,
  runId: string,
  shards: readonly number[],
): KeptShards<T> {
  return shards.map((shard) => () => getSnapshots<T>(lake, runId, shard));
}
