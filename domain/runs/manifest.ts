import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";
import type { TestInForce } from "../experiments/arms.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import type { Override } from "../ledger/overrides.ts";
import type { RunKind } from "../messages/names.ts";
import type { Settings } from "../settings/settings.ts";
import type { CostRatio } from "./cost-ratios.ts";

/**
 * The version of the computation: it changes whenever the same snapshot would lead to another result. A run that
 * another version computed cannot be expected to come out the same.
 */
export const CODE_VERSION = "2026.12-5";

/** How much of the catalogue an elasticity run learns, and why. */
export interface ModelInRun {
  isWhole: boolean;
  /** `night`: newer data for the version in force; else a new version */
  trigger: "night" | "drift" | "person";
  reason?: string | undefined;
}

/** What all SKUs of a run share: kept with the snapshot, so that the run can be computed again. */
export interface RunManifest {
  runId: string;
  kind: RunKind;
  /** ms */
  asOf: number;
  seed: number;
  /** number of SKUs in the run's scope, and of products that are sold at all */
  skus: number;
  catalogue: number;
  codeVersion: string;
  /** SHA-256 of the settings */
  configHash: string;
  settings: Settings;
  /**
   * of an elasticity run: what the last one learned, from which this one starts, and for each shard those of the last
   * one that have filters of its SKUs
   */
  previous: { runId: string; pooled: PreviousPool; shards: number[][] } | null;
  /**
   * of an elasticity or proposals run: an earlier one of its kind, from whose snapshots this one's differ little, and for
   * each shard those of it that have its SKUs; absent = its snapshots are kept whole
   */
  base?: { runId: string; shards: number[][] } | undefined;
  /** of a proposals run: the overrides in force, and the usual ratio of cost to price */
  overrides: Override[];
  costRatios: Record<string, CostRatio>;
  /** of a proposals run: see `Pooled`; absent = not known */
  contributions?: Record<string, number>;
  leastWorth?: Record<string, number>;
  /** of an elasticity run; absent in runs of before there were versions */
  model?: ModelInRun;
  /** of a proposals run: the price tests that are on; absent = none */
  tests?: TestInForce[];
  /** of an evaluation: number of the day on which a proposal first changed a price; absent = not yet */
  repricedSince?: number;
  /** of an evaluation: the one of the day before, and for each shard those of it that had its SKUs; absent = none */
  before?: { runId: string; shards: number[][] };
}

/** The part of a pool that starts the next one. */
interface PreviousPool {
  daily: Hyper | null;
  weekly: Hyper | null;
}

export function configHash(settings: Settings): string {
  return sha256Hex(canonicalJson(settings));
}
