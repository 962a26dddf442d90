import type { LiveItem } from "../../../domain/messages/live.ts";

/** Query keys, from the general to the particular, so that a live frame can put all below a prefix out of date. */
export const keys = {
  me: ["me"] as const,
  account: ["account"] as const,
  sessions: ["sessions"] as const,
  users: ["users"] as const,
  apiKeys: ["api-keys"] as const,
  settings: ["settings"] as const,
  proposals: ["proposals"] as const,
  proposal: (id: string) => ["proposal", id] as const,
  products: ["products"] as const,
  product: (sku: string) => ["product", sku] as const,
  signals: ["signals"] as const,
  runs: ["runs"] as const,
  overrides: ["overrides"] as const,
  priceTests: ["price-tests"] as const,
  outcomes: ["outcomes"] as const,
  drift: ["drift"] as const,
  models: ["models"] as const,
  return: ["return"] as const,
};

/** The beginning of query keys: every query whose key begins so is meant. */
export type KeyPrefix = readonly string[];

/** The opened proposals and products, whichever they are. */
const everyProposal: KeyPrefix = ["proposal"];
const everyProduct: KeyPrefix = ["product"];

/** Whether a run has not ended yet. */
export function isUnderWay({ status }: { status: string }): boolean {
  return status === "running" || status === "queued";
}

/** A run that ended has left new results: proposals, or elasticities of any product. */
function keysOfRun(run: Extract<LiveItem, { type: "run" }>): KeyPrefix[] {
  if (isUnderWay(run)) return [keys.runs];
  return run.kind === "proposals" ? [keys.runs, keys.proposals, everyProposal] : [keys.runs, everyProduct];
}

function keysOf(item: LiveItem): KeyPrefix[] {
  switch (item.type) {
    case "price":
      return [keys.products, keys.product(item.sku)];
    case "signal":
      return [keys.signals, keys.product(item.sku)];
    case "digest":
      return [keys.signals, everyProduct];
    case "proposal":
      return [keys.proposals, keys.proposal(item.id)];
    case "proposals":
      return [keys.proposals];
    case "run":
      return keysOfRun(item);
    default:
      // a kind of change that a newer server publishes and this app does not show
      return [];
  }
}

/** The prefixes of the queries that a batch of changes puts out of date, each once. */
export function keysToRefresh(items: readonly LiveItem[]): KeyPrefix[] {
  const seen = new Map<string, KeyPrefix>();
  for (const item of items) {
    for (const key of keysOf(item)) seen.set(key.join("\u0000"), key);
  }
  return [...seen.values()];
}

/** Everything that live frames keep current: read again after a reset. */
export const LIVE_KEYS: readonly KeyPrefix[] = [
  keys.products,
  everyProduct,
  keys.signals,
  keys.proposals,
  everyProposal,
  keys.runs,
];
