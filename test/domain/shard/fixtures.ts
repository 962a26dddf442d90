import type { SignalState } from "../../../domain/messages/present.ts";
import type { ObservationRow } from "../../../domain/messages/rows.ts";
import type { ShardAnswer, ShardCall, ShardChunk, ShardProduct } from "../../../domain/messages/shard.ts";
import { DEFAULT_SETTINGS } from "../../../domain/settings/settings.ts";
import { emptyShard, type ShardState } from "../../../domain/shard/shard.ts";
import { takeCall } from "../../../domain/shard/take-call.ts";

export const NOW = Date.UTC(2026, 5, 15, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const SETTINGS = DEFAULT_SETTINGS.signals;

/** Our product: 100.00 EUR, active, stock unknown. */
export function shardProduct(change: Partial<ShardProduct> = {}): ShardProduct {
  return {
    sku: "KETTLE-1",
    title: "Kettle",
    currency: "EUR",
    price: 10_000,
    active: true,
    stock: null,
    sensitivity: null,
    version: 1,
    ...change,
  };
}

/** An observation of "alpha" at NOW: 100.00 EUR in stock. */
export function seen(change: Partial<ObservationRow> = {}): ObservationRow {
  const price = change.price ?? 10_000;
  return {
    row: 0,
    sku: "KETTLE-1",
    competitor: "alpha",
    price,
    landedPrice: price,
    availability: "in_stock",
    observedAt: NOW,
    ...change,
  };
}

let chunks = 0;

/** A chunk of observations, with an id of its own unless one is given. */
export function chunkOf(
  rows: ObservationRow[],
  change: { chunkId?: string; source?: string } = {},
): ShardChunk {
  return {
    kind: "observations",
    chunkId: change.chunkId ?? `crawler/batch-${chunks++}#0`,
    source: change.source ?? "crawler",
    receivedAt: NOW,
    rows: rows.map((row, i) => ({ ...row, row: i })),
  };
}

/** A shard with a clock, as the consumer would drive it. */
export class Bench {
  readonly shard: ShardState = emptyShard();
  now = NOW;
  product = shardProduct();

  call(change: Partial<ShardCall>): ShardAnswer {
    const call = { now: this.now, settings: SETTINGS, products: [this.product], chunks: [], ...change };
    return takeCall(this.shard, call).answer;
  }

  /** One observation in a chunk of its own; answers its verdict. */
  see(change: Partial<ObservationRow> = {}, source = "crawler") {
    const answer = this.call({ chunks: [chunkOf([seen(change)], { source })] });
    return answer.verdicts[0]?.verdicts[0]?.verdict;
  }

  /** The signals of the SKU as they are now, by time alone. */
  signals(): SignalState[] {
    return this.call({ refresh: [this.product.sku] }).skus[0]?.signals ?? [];
  }

  /** Types of the open signals, sorted, with the competitor if there is one. */
  open(): string[] {
    return this.signals()
      .filter((signal) => signal.status === "open")
      .map((signal) => (signal.competitor ? `${signal.type} ${signal.competitor}` : signal.type))
      .sort();
  }

  signal(type: string): SignalState | undefined {
    return this.signals().find((signal) => signal.type === type);
  }
}
