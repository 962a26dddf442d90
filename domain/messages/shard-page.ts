import type { SkuPresent } from "./present.ts";
import type { ShardProduct, ShardSettings } from "./shard.ts";

/** What a shard's object knows of itself. */
export interface Standing {
  /** stands in the high bits of the versions that it gives; 0: none does */
  epoch: number;
  /** when it was made, ms; it knows nothing that was received before. 0: it knows everything */
  bornAt: number;
  /** the run that began its epoch; null: none did */
  run: string | null;
  /** the generation that its SKUs were handed over to; null: it holds them */
  movedTo: { generation: number; count: number } | null;
  /** addresses of the shards of the generation before that have handed over theirs */
  fedFrom: number[];
  /** SKUs whose products have another one now, held by whichever shard that belongs to: their rows are refused */
  left: string[];
  /** ids of the renames whose products were taken over */
  renames: string[];
}

/** Some of a shard's SKUs, whole. */
export interface ShardPage {
  skus: SkuPresent[];
  /** our products as the shard was told of them last */
  products: Pick<ShardProduct, "sku" | "version" | "price">[];
  /** where the next page begins; null: this was the last */
  next: number | null;
}

/** Some of a closed shard's SKUs, by the address of the shard that is to have them. */
export interface MovingPage {
  skus: number;
  byTarget: Map<number, MovingSkus>;
  giver: Pick<Standing, "epoch" | "bornAt">;
  /** where the next page begins; null: this was the last */
  next: number | null;
}

/** SKUs on their way to another object: packed, with what their numbers refer to. */
export interface MovingSkus {
  bytes: Uint8Array;
  settings: ShardSettings | null;
  sources: string[];
}
