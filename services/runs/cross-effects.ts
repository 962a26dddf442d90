import {
  type CrossEffect,
  type CrossEvidence,
  crossEffects,
  crossEvidence,
} from "../../domain/learning/elasticity/cross-effects.ts";
import { familyMembers } from "../../domain/runs/cross-effects.ts";
import type { FinishedSku, PoolInput, SkuSnapshot } from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { findJson, type Lake, putJson, resultKey } from "./run-record.ts";

/** What was learned of all families, for the run's counts. */
interface CrossCounts {
  families: number;
  substitutes: number;
  complements: number;
}

/**
 * Learns the cross effect of each family from the SKUs' newest days and the evidence of the last run of the whole
 * catalogue. Keeps the evidence for the next run, and for each shard the effects of its SKUs' families. Null where the
 * catalogue has no family.
 */
export async function poolCrossEffects(
  { lake }: Lake,
  manifest: RunManifest,
  inputs: readonly PoolInput[],
  shardOf: ReadonlyMap<string, number>,
): Promise<CrossCounts | null> {
  const members = familyMembers(inputs);
  if (members.length === 0) return null;
  const { runId, previous } = manifest;
  const before =
    previous && (await findJson<Record<string, CrossEvidence>>(lake, resultKey(previous.runId, "cross", 0)));
  const evidence = crossEvidence(members, before ?? {});
  const effects = crossEffects(evidence);
  await putJson(lake, resultKey(runId, "cross", 0), evidence);
  for (const [shard, ofShard] of Map.groupBy(members, ({ sufficient }) => shardOf.get(sufficient.sku)!)) {
    const known = new Set(
      ofShard.map(({ family }) => family).filter((family) => Object.hasOwn(effects, family)),
    );
    await putJson(
      lake,
      resultKey(runId, "families", shard),
      Object.fromEntries([...known].sort().map((family) => [family, effects[family]!])),
    );
  }
  const kinds = Object.values(effects).map(({ kind }) => kind);
  const count = (kind: CrossEffect["kind"]) => kinds.filter((one) => one === kind).length;
  return {
    families: kinds.length,
    substitutes: count("substitutes"),
    complements: count("complements"),
  };
}

/** The finished SKUs with the cross effect of their family, where one was learned. */
export async function withCrossEffects(
  { lake }: Lake,
  at: { runId: string; shard: number },
  snapshots: readonly SkuSnapshot[],
  finished: readonly FinishedSku[],
): Promise<FinishedSku[]> {
  const key = resultKey(at.runId, "families", at.shard);
  const effects = await findJson<Record<string, CrossEffect>>(lake, key);
  if (!effects) return [...finished];
  return finished.map((sku, i) => {
    const { family } = snapshots[i]!.features;
    const effect = family !== undefined && Object.hasOwn(effects, family) ? effects[family] : undefined;
    return sku.report && effect ? { ...sku, report: { ...sku.report, family: effect } } : sku;
  });
}
