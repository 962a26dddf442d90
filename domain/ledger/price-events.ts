import type { EventBody, EventType } from "../messages/events.ts";
import type { LedgerEntry } from "./entries.ts";

/** The causes that have an event type of their own; every other one puts a price in force. */
const TYPES: Readonly<Record<string, EventType>> = {
  rollback: "price.rolled_back",
  import: "price.imported",
};

/** The events of new ledger entries, in their order. A product's first price replaces nothing and makes no event. */
export function priceEvents(entries: readonly LedgerEntry[]): EventBody[] {
  return entries.flatMap(({ seq, sku, from, to, currency, source, causeKind, causeId, actor, reason }) =>
    from === null
      ? []
      : [
          {
            ...{ type: TYPES[causeKind] ?? "price.applied", sku, subject: sku },
            data: {
              ...{ sku, from, to, currency, source, actor, reason },
              ...{ cause: { kind: causeKind, id: causeId }, ledgerSeq: seq },
            },
          },
        ],
  );
}
