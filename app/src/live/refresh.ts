import type { LiveItem } from "../../../domain/messages/live.ts";

/** A query key prefix: every query below it is out of date. */
export type KeyPrefix = readonly string[];

/** A run that ended leaves new results behind: proposals, or elasticities of any product. */
function keysOfRun(run: Extract<LiveItem, { type: "run" }>): KeyPrefix[] {
  const goesOn = run.status === "queued" || run.status === "running";
  if (goesOn) return [["runs"]];
  return run.kind === "proposals" ? [["runs"], ["proposals"], ["proposal"]] : [["runs"], ["product"]];
}

function keysOf(item: LiveItem): KeyPrefix[] {
  switch (item.type) {
    case "price":
      return [["products"], ["product", item.sku]];
    case "signal":
      return [["signals"], ["product", item.sku]];
    case "digest":
      return [["signals"], ["product"]];
    case "proposal":
      return [["proposals"], ["proposal", item.id]];
    case "run":
      return keysOfRun(item);
    default:
      // a kind of change that a newer server tells of and this app does not show
      return [];
  }
}

/** The query prefixes that a batch of changes puts out of date, each named once. */
export function keysToRefresh(items: readonly LiveItem[]): KeyPrefix[] {
  const seen = new Map<string, KeyPrefix>();
  for (const item of items) {
    for (const key of keysOf(item)) seen.set(key.join("\u0000"), key);
  }
  return [...seen.values()];
}

/** Everything that live frames keep current: read again after a reset. */
export const LIVE_KEYS: readonly KeyPrefix[] = [
  ["products"],
  ["product"],
  ["signals"],
  ["proposals"],
  ["proposal"],
  ["runs"],
];
