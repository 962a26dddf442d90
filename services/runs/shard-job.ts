import type { SkuHistory } from "../../domain/messages/shard.ts";
import type { RunRecord } from "./run-record.ts";

/** What the SKUs' objects know of the market and of their sales, at or before `asOf`. */
export type ReadHistories = (skus: readonly string[], asOf: number) => Promise<SkuHistory[]>;

/** One shard of one phase, with what it may read. */
export interface ShardJob {
  run: RunRecord;
  shard: number;
  skus: readonly string[];
  readHistories: ReadHistories;
}

/** What a shard computed: written in the batch that marks it done. */
export interface ShardResult {
  statements: D1PreparedStatement[];
  counts: Record<string, unknown>;
  /** of the whole run, set by its last phase */
  run?: { counts: Record<string, unknown>; decisionHash?: string };
}
