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
} from "../../domain/runs/challenger-run.ts";
import type { FinishedSku, SkuSnapshot } from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import { getSnapshots, putJson } from "./run-record.ts";

/** Where a run keeps the model of a category. */
function modelKey(runId: string, category: string): string {
  return `runs/${runId}/challenger/${encodeURIComponent(category)}.json`;
}

/** What became of a category's model: how it did against the elasticity model, or why there is none. */
type ChallengerOutcome = { rows: number; promotion: Promotion } | { why: string };

/**
 * Fits and stores a challenger model for each category in which the settings choose it, from the run's own snapshots.
 * Answers what became of each; empty where nothing is priced by one.
 */
export async function fitChallengers(
  { lake }: Pick<ServiceContext, "lake">,
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

/** The finished SKUs with what the models of their categories say of them, where there are any. */
export async function withChallengers(
  { lake }: Pick<ServiceContext, "lake">,
  manifest: RunManifest,
  snapshots: readonly SkuSnapshot[],
  finished: readonly FinishedSku[],
): Promise<FinishedSku[]> {
  if (!wantsChallenger(manifest.settings)) return [...finished];
  const fits = new Map<string, ChallengerFit | null>();
  for (const category of new Set(snapshots.map(({ features }) => features.category))) {
    const object = await lake.get(modelKey(manifest.runId, category));
    fits.set(category, object && (await object.json<ChallengerFit>()));
  }
  return finished.map((sku, i) => {
    const snapshot = snapshots[i]!;
    const fit = fits.get(snapshot.features.category) ?? null;
    if (sku.report === null || fit === null) return sku;
    return { ...sku, report: { ...sku.report, challenger: challengerViewOf(snapshot, fit, manifest) } };
  });
}
