import type { MovingSkus, Standing } from "./shard-page.ts";

/** A product on its way to the shard of its new SKU. */
export interface RenamedSku {
  moving: MovingSkus;
  giver: Pick<Standing, "epoch" | "bornAt">;
}

/** What a rename asks of a shard, one after the other; each again changes nothing. */
export type RenameStep =
  /** to let go of a product: from now on its rows are refused there */
  | { kind: "give"; from: string; to: string }
  /** to take it over, once for each rename: what has come since stays */
  | { kind: "take"; rename: string; to: string; renamed: RenamedSku }
  /** to drop what is known of a product that was given away */
  | { kind: "drop"; sku: string }
  /** to have a new product under a SKU that was given away */
  | { kind: "readmit"; sku: string };
