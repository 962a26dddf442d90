import type { ChallengerFit } from "../../domain/pricing/challenger/fit.ts";
import type { DemandRows } from "../../domain/pricing/challenger/panel.ts";
import type { Promotion } from "../../domain/pricing/challenger/promotion.ts";
import {
  type CategorisedSku,
  challengerOf,
  challengerRows,
  challengerSamples,
  challengerViewOf,
  wantsChallenger,
} from "../../domain/runs/challenger.ts";
import type { FinishedSku, SkuSnapshot } from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { findJson, type Lake, putJson } from "./run-record.ts";
import { getSnapshots } from "./snapshot-store.ts";

/** Where a run keeps the model of a category. */
function modelKey(runId: string, category: string): string {
  return `runs/${runId}/challenger/${encodeURIComponent(category)}.json`;
}

/** A category's model: how it compares with the elasticity model, or why there is none. */
type ChallengerOutcome = { rows: number; promotion: Promotion } | { why: string };

/**
 * Fits and stores a challenger model for each category in which the settings choose it, from the run's own snapshots.
 * Answers the outcome by category; empty where no price is set by a challenger.
 */
export async function fitChallengers(
  { lake }: Lake,
  manifest: RunManifest,
  skus: readonly (CategorisedSku & { shard: number })[],
): Promise<Record<string, ChallengerOutcome>> {
  if (!wantsChallenger(manifest.settings)) return {};
  const samples = challengerSamples(skus, manifest);
  const drawn = new Set([...samples.values()].flat());
  const shards = new Set(skus.filter(({ sku }) => drawn.has(sku)).map(({ shard }) => shard));
  const panels = new Map<string, DemandRows[]>();
  for (const shard of [...shards].sort((a, b) => a - b))
    for (const { features } of await getSnapshots<SkuSnapshot>(lake, manifest.runId, shard))
      if (drawn.has(features.sku)) {
        const known = panels.get(features.category) ?? [];
        panels.set(features.category, known);
        known.push(challengerRows(features, manifest));
      }
  const outcome: Record<string, ChallengerOutcome> = {};
  for (const category of samples.keys()) {
    const fit = challengerOf(panels.get(category) ?? []);
    panels.delete(category);
    await putJson(lake, modelKey(manifest.runId, category), fit);
    outcome[category] =
      fit.kind === "fitted" ? { rows: fit.rows, promotion: fit.heldOut.promotion } : { why: fit.why };
  }
  return outcome;
}

/** The finished SKUs with the answer of their category's model, where there is one. */
export async function withChallengers(
  { lake }: Lake,
  manifest: RunManifest,
  snapshots: readonly SkuSnapshot[],
  finished: readonly FinishedSku[],
): Promise<FinishedSku[]> {
  if (!wantsChallenger(manifest.settings)) return [...finished];
  const fits = new Map<string, ChallengerFit | null>();
  for (const category of new Set(snapshots.map(({ features }) => features.category)))
    fits.set(category, await findJson<ChallengerFit>(lake, modelKey(manifest.runId, category)));
  return finished.map((sku, i) => {
    const snapshot = snapshots[i]!;
    const fit = fits.get(snapshot.features.category) ?? null;
    if (sku.report === null || fit === null) return sku;
    return { ...sku, report: { ...sku.report, challenger: challengerViewOf(snapshot, fit, manifest) } };
  });
}
