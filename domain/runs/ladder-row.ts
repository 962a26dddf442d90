import type { Sibling } from "../pricing/family.ts";
import type { FamilyMove } from "../settings/strategies.ts";

/** One product on its family's ladder, and the prices it could have if the ladder did not bind it. Plain JSON. */
export interface LadderRow {
  sku: string;
  packSize: number | null;
  lineRank: number | null;
  current: number;
  /** the price decided with the siblings where they are */
  decided: number;
  prices: number[];
  values: number[];
  siblings: Sibling[];
  /** how the family moves as one; absent = by its ladder */
  asOne?: FamilyMove;
  /** of a family that moves as one: the least gain worth a change, a share of what the present prices earn */
  minGain?: number;
}
