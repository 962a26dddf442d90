import type { RowKind, RowsByKind } from "../messages/rows.ts";
import type { SkuState } from "./state.ts";
import { takeObservation } from "./take-observation.ts";
import { takeAggregate, takeCartPattern, takeDemand, takeEvent, takeInventory } from "./take-shop.ts";
import type { RowOrigin, RowOutcome, TakeContext } from "./taking.ts";

/** How a shard takes a row of one kind. */
export interface RowKindDefinition<Row> {
  take(sku: SkuState, row: Row, origin: RowOrigin, context: TakeContext): RowOutcome;
  /** the civil day of demand that the row is about: the call's answer shows it */
  dayOf?(row: Row): string;
  /** what the verdict on a row that came too late says */
  tooLate?: { path: string; message: string };
}

const OLDER_THAN_IDS = {
  path: "at",
  message: "older than event ids are kept: post the day's demand instead",
};

/** Every kind of row. A new kind needs an entry here and none in the code for calls or replay. */
export const ROW_KINDS: { readonly [K in RowKind]: RowKindDefinition<RowsByKind[K]> } = {
  observations: {
    take: takeObservation,
    tooLate: {
      path: "observedAt",
      message: "older than what is kept in detail of this competitor, and different from it",
    },
  },
  demand: { take: takeDemand, dayOf: ({ day }) => day },
  events: { take: takeEvent, tooLate: OLDER_THAN_IDS },
  inventory: { take: takeInventory, tooLate: OLDER_THAN_IDS },
  aggregates: { take: takeAggregate },
  carts: { take: takeCartPattern },
};
