/**
 * The names that tables store, objects send, the API answers and the dashboard shows: each list once. Nothing here
 * computes, so that a browser can load it.
 */

export const PRODUCT_STATUSES = ["active", "inactive"] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

/** Every kind of signal, those about one competitor first. */
export const SIGNAL_TYPES = [
  "UNDERCUT",
  "OVERPRICED",
  "ABRUPT_INCREASE",
  "ABRUPT_DROP",
  "COMPETITOR_STOCKOUT",
  "COMPETITOR_BACK",
  "ABOVE_MARKET",
  "BELOW_MARKET",
  "PRICE_WAR",
  "PRICE_ANOMALY",
  "FX_SHOCK",
  "DEMAND_SURGE",
  "DEMAND_SLUMP",
  "BELOW_COST",
  "LOW_INVENTORY",
  "CART_NO_PURCHASE",
] as const;
export type SignalType = (typeof SIGNAL_TYPES)[number];

export const SIGNAL_STATUSES = ["open", "acknowledged", "resolved"] as const;
export type SignalStatus = (typeof SIGNAL_STATUSES)[number];

/** `partial`: finished, and some of its run shards failed. */
export const RUN_STATUSES = ["queued", "running", "done", "partial", "failed"] as const;

/** What became of a chunk that failed every try. */
export const DEAD_LETTER_STATUSES = ["parked", "replayed", "discarded"] as const;

/** From the narrowest to the widest: of one kind the narrowest wins. */
export const OVERRIDE_SCOPES = ["sku", "brand", "category", "global"] as const;
export type OverrideScope = (typeof OVERRIDE_SCOPES)[number];

/** Kinds by strength: a freeze stands above a forced strategy, that above a fixed price. */
export const OVERRIDE_KINDS = ["PRICE_FREEZE", "FORCE_RULE_BASED", "FIXED_PRICE"] as const;
export type OverrideKind = (typeof OVERRIDE_KINDS)[number];

/** What a run may compute. */
export const RUN_KINDS = [
  "features",
  "elasticity",
  "proposals",
  "retention",
  "reproject",
  "restore",
  "reshard",
] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Runs over the SKU shards themselves: they keep the stores together, and decide nothing. */
export const UPKEEP_RUNS = ["reproject", "restore", "reshard"] as const satisfies readonly RunKind[];
export type UpkeepRun = (typeof UPKEEP_RUNS)[number];

/** Bodies that a source may post: `pricewright` is this product's own, for the others see domain/intake/adapters. */
export const SOURCE_FORMATS = ["pricewright", "changedetection", "apify", "jsonld"] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** What became of fetching a watched page. Only the first two say anything of a price. */
export const WATCH_OUTCOMES = [
  ...(["read", "unchanged", "no_price"] as const),
  ...(["robots", "not_public", "not_found", "refused", "busy", "server_error"] as const),
  ...(["timeout", "unreachable", "too_large", "not_a_page", "too_many_redirects"] as const),
] as const;
export type WatchOutcome = (typeof WATCH_OUTCOMES)[number];
