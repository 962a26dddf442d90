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
  "OFFER_MISSING",
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
  // seen outside the shards: somebody else changed the price in a store
  "STORE_PRICE_CHANGED",
  // of an offer, by the agreed minimum: see services/map
  "MAP_VIOLATION",
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
export const OVERRIDE_KINDS = [
  "PRICE_FREEZE",
  "FORCE_RULE_BASED",
  "FIXED_PRICE",
  "FREEZE_RISES",
  "NARROW_STEPS",
  "CLIP_DEMAND",
] as const;
export type OverrideKind = (typeof OVERRIDE_KINDS)[number];

/** Kinds that decide the price itself. */
export const PRICE_OVERRIDES = ["PRICE_FREEZE", "FIXED_PRICE"] as const satisfies OverrideKind[];
/** Kinds that restrain a strategy and choose none: no rise, small steps, lower predicted demand. */
export const RESTRAINTS = ["FREEZE_RISES", "NARROW_STEPS", "CLIP_DEMAND"] as const satisfies OverrideKind[];
export type Restraint = (typeof RESTRAINTS)[number];

/** What a run may compute. */
export const RUN_KINDS = [
  "features",
  "elasticity",
  "proposals",
  "evaluation",
  "backtest",
  "retention",
  "reproject",
  "restore",
  "reshard",
] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** How a price test divides: products among the arms, all of them in turn, or the products of regions. */
export const TEST_DESIGNS = ["sku_cluster", "switchback", "region"] as const;

/** A price test is a draft until it starts; `done`: its planned time is over, or an arm was decided. */
export const TEST_STATUSES = ["draft", "running", "stopped", "done"] as const;

/** What is learned from the shop's data in versions. */
export const LEARNED_KINDS = ["elasticity", "challenger"] as const;
export type LearnedKind = (typeof LEARNED_KINDS)[number];
/** What comes with a release and the settings: the price gate, and the matcher of listings. */
export const SHIPPED_KINDS = ["gate", "matcher"] as const;
export type ShippedKind = (typeof SHIPPED_KINDS)[number];
/** What the registry of models has versions of. */
export const MODEL_KINDS = [...LEARNED_KINDS, ...SHIPPED_KINDS] as const;

/** Why there is a version: the first of all, newer data, drift, somebody who asked, a release, a change of the settings. */
export const MODEL_TRIGGERS = ["first", "night", "weekly", "drift", "person", "release", "settings"] as const;

/** `retired`: another was approved; `rolled_back`: an earlier one was put in its place. */
export const MODEL_STATUSES = [
  "candidate",
  "active",
  "retired",
  "rolled_back",
  "rejected",
  "superseded",
] as const;

/** What is done when something goes wrong, prepared beforehand. */
export const PLAYBOOKS = ["model_failure", "data_failure", "severe_impact"] as const;

/** Runs over the SKU shards themselves: they keep the stores together, and decide nothing. */
export const UPKEEP_RUNS = ["reproject", "restore", "reshard"] as const satisfies readonly RunKind[];
export type UpkeepRun = (typeof UPKEEP_RUNS)[number];

/** Bodies that a source may post: `pricewright` is this product's own, for the others see domain/intake/adapters. */
export const SOURCE_FORMATS = ["pricewright", "changedetection", "apify", "jsonld"] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** Shop systems that prices can be written to; `http`: any that takes a list of prices over HTTP. */
export const STORE_KINDS = ["shopify", "woocommerce", "medusa", "http"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** What is written to a store: nothing, nothing but a record of what would be, or our prices. */
export const STORE_MODES = ["read_only", "dry_run", "live"] as const;
export type StoreMode = (typeof STORE_MODES)[number];

/**
 * Where a price is on its way into a store. `waiting`: to be written, or to be tried again · `sent`: written, not read back ·
 * `confirmed`: read back as it is · `unconfirmed`: given up, a person looks at it · `held`: somebody changed the price in the
 * store, a person decides · `superseded`: a newer price came first · `rehearsed`: the store is in dry run.
 */
export const STORE_WRITE_STATES = [
  "waiting",
  "sent",
  "confirmed",
  "unconfirmed",
  "held",
  "superseded",
  "rehearsed",
] as const;
export type StoreWriteState = (typeof STORE_WRITE_STATES)[number];

/** What a store can be asked for. */
export const STORE_IMPORTS = ["catalogue", "sales"] as const;
export type StoreImport = (typeof STORE_IMPORTS)[number];

/** What became of an offer below the minimum advertised price. */
export const MAP_STATUSES = ["open", "ended", "dismissed"] as const;
export type MapStatus = (typeof MAP_STATUSES)[number];

/** How a dealer was told. */
export const NOTICE_CHANNELS = ["email", "letter", "phone", "portal", "other"] as const;

/** What became of fetching a watched page. Only the first two say anything of a price. */
export const WATCH_OUTCOMES = [
  ...(["read", "unchanged", "no_price"] as const),
  ...(["robots", "not_public", "not_found", "refused", "busy", "server_error"] as const),
  ...(["timeout", "unreachable", "too_large", "not_a_page", "too_many_redirects"] as const),
] as const;
export type WatchOutcome = (typeof WATCH_OUTCOMES)[number];

/** What became of a held price; `superseded`: the feed named another one since. */
export const HELD_STATUSES = ["held", "released", "discarded", "superseded"] as const;
export type HeldStatus = (typeof HELD_STATUSES)[number];
