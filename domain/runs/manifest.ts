import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import type { Override } from "../ledger/overrides.ts";
import type { Settings } from "../settings/settings.ts";
import type { CostRatio } from "./cost-ratios.ts";
import type { RunKind } from "./phases.ts";

/**
 * Names the meaning of the computation: changes whenever the same snapshot would lead to another result. A run computed
 * by another version cannot be expected to be reproduced.
 */
export const CODE_VERSION = "2026.11-6";

/** What a run computes from beside the SKUs' own inputs: kept with the snapshot, so that it can be computed again. */
export interface RunManifest {
  runId: string;
  kind: RunKind;
  /** ms */
  asOf: number;
  seed: number;
  /** number of SKUs in the run's scope */
  skus: number;
  codeVersion: string;
  /** SHA-256 of the settings */
  configHash: string;
  settings: Settings;
  /**
   * an elasticity run: what the last one learned, the start of this one; and for each shard those of the last one that
   * have filters of its SKUs
   */
  previous: { runId: string; pooled: PreviousPool; shards: number[][] } | null;
  /** a proposals run: the overrides in force, and what cost usually is of price */
  overrides: Override[];
  costRatios: Record<string, CostRatio>;
}

/** The part of a pool that starts the next one. */
interface PreviousPool {
  daily: Hyper | null;
  weekly: Hyper | null;
}

export function configHash(settings: Settings): string {
  return sha256Hex(canonicalJson(settings));
}
