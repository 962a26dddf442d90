import { MINUTE_MS } from "../base/time.ts";
import type { RunKind } from "../messages/names.ts";

interface Phase {
  name: string;
  /**
   * `skus`: one shard per group of SKUs, or in a run over the SKU shards one for each of these; `whole`: one shard that sees
   * the results of all; `parts`: one for each part of what is kept
   */
  shards: "skus" | "whole" | "parts";
}

/** What a retention run sees to, each a shard of its own. */
export const RETENTION_PARTS = [
  "proposals",
  "signals",
  "quarantine",
  "deadLetters",
  "heldPrices",
  "heldOverrides",
  "storeWrites",
  "mapNotices",
  "outcomes",
  "sessions",
  "signInLinks",
  "elasticityHistory",
  "models",
  "runFiles",
  "runs",
  "archives",
] as const;
export type RetentionPart = (typeof RETENTION_PARTS)[number];

/** The phases of each kind of run, in order; a phase starts when every shard of the one before has ended. */
const RUN_PHASES = {
  features: [{ name: "snapshot", shards: "skus" }],
  elasticity: [
    { name: "filter", shards: "skus" },
    { name: "days", shards: "whole" },
    { name: "identify", shards: "skus" },
    { name: "pool", shards: "whole" },
    { name: "finish", shards: "skus" },
    { name: "judge", shards: "whole" },
    { name: "save", shards: "skus" },
  ],
  proposals: [
    { name: "propose", shards: "skus" },
    { name: "collect", shards: "whole" },
  ],
  backtest: [
    { name: "backtest", shards: "skus" },
    { name: "compare", shards: "whole" },
  ],
  evaluation: [
    { name: "measure", shards: "skus" },
    { name: "assess", shards: "whole" },
  ],
  retention: [
    { name: "archive", shards: "parts" },
    { name: "conclude", shards: "whole" },
  ],
  reproject: [{ name: "reproject", shards: "skus" }],
  restore: [
    { name: "reconcile", shards: "skus" },
    { name: "redeliver", shards: "whole" },
    { name: "anchor", shards: "whole" },
  ],
  reshard: [
    { name: "move", shards: "skus" },
    { name: "switch", shards: "whole" },
    { name: "clear", shards: "skus" },
  ],
} as const satisfies Record<RunKind, readonly Phase[]>;

export type PhaseName = (typeof RUN_PHASES)[RunKind][number]["name"];

/** The phase of a run by its number; undefined past the last. */
export function phaseOf(
  kind: RunKind,
  phase: number,
): { name: PhaseName; shards: Phase["shards"] } | undefined {
  return RUN_PHASES[kind][phase];
}

/** The number of a phase. @throws RangeError if the kind has no such phase */
export function phaseNumber(kind: RunKind, name: PhaseName): number {
  const number = RUN_PHASES[kind].findIndex((phase) => phase.name === name);
  if (number < 0) throw new RangeError(`${kind} has no phase ${name}`);
  return number;
}

/** SKUs of one shard: its inputs and results stay a few MB, its CPU well under a second. */
export const RUN_SHARD_SKUS = 200;

/** Tries of a shard before it counts as failed. */
export const RUN_SHARD_TRIES = 5;
/** A try that has not ended by then has died with its machine. A shard takes seconds, and two tries at once do no harm. */
export const TRY_MS_MAX = MINUTE_MS;
/** A shard or an outbox row not finished this long after it was last sent is sent again. */
export const RESEND_AFTER_MS = MINUTE_MS;

/**
 * Groups the SKUs of a run into shards of at most `size`: those that live in the same object stay together, so that a
 * shard asks few objects for its inputs. The result of a run does not depend on this grouping.
 */
export function planShards(
  skus: readonly string[],
  objectOf: (sku: string) => number,
  size: number,
): string[][] {
  const ordered = skus
    .map((sku) => ({ sku, object: objectOf(sku) }))
    .sort((a, b) => a.object - b.object || (a.sku < b.sku ? -1 : 1))
    .map(({ sku }) => sku);
  const shards: string[][] = [];
  for (let start = 0; start < ordered.length; start += size) shards.push(ordered.slice(start, start + size));
  return shards;
}
