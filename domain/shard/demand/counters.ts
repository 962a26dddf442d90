import { roundQuantity } from "../../base/quantity.ts";
import type { EventRow } from "../../messages/rows.ts";

/** What is counted of a product, in the order in which counters are packed. Money in minor units. */
export const COUNTED = [
  "views",
  "searches",
  "comparisons",
  "carts",
  "removals",
  "purchases",
  "units",
  "revenue",
  "refunds",
  "refundAmount",
  "dwells",
  "dwellSeconds",
] as const;
export type Counted = (typeof COUNTED)[number];

/** Counts in the order of `COUNTED`. */
export type Counters = number[];

export function emptyCounters(): Counters {
  return COUNTED.map(() => 0);
}

/** One count by its name. */
export function countOf(counters: Counters, name: Counted): number {
  return counters[COUNTED.indexOf(name)]!;
}

/** What one event adds. `unitPrice`: minor units. */
export function countersOf(event: EventRow, unitPrice: number): Counters {
  const counters = emptyCounters();
  const add = (name: Counted, amount: number) => {
    counters[COUNTED.indexOf(name)]! += amount;
  };
  switch (event.type) {
    case "page_view":
    case "product_view":
      add("views", 1);
      break;
    case "search":
      add("searches", 1);
      break;
    case "price_comparison":
      add("comparisons", 1);
      break;
    case "add_to_cart":
      add("carts", 1);
      break;
    case "remove_from_cart":
      add("removals", 1);
      break;
    case "purchase":
      add("purchases", 1);
      add("units", event.quantity);
      add("revenue", Math.round(event.quantity * unitPrice));
      break;
    case "refund":
      add("refunds", event.quantity);
      add("refundAmount", Math.round(event.quantity * unitPrice));
  }
  if (event.dwellSeconds !== null) {
    add("dwells", 1);
    add("dwellSeconds", Math.round(event.dwellSeconds));
  }
  return counters;
}

/** Adds counts up in place. */
export function addCounters(to: Counters, more: Counters): void {
  for (let i = 0; i < COUNTED.length; i++) to[i] = roundQuantity(to[i]! + more[i]!);
}

/** The sum of several. */
export function sumCounters(all: Iterable<Counters>): Counters {
  const sum = emptyCounters();
  for (const one of all) addCounters(sum, one);
  return sum;
}
