import type { StrategyName } from "../settings/strategies.ts";

export type OverrideScope = "global" | "category" | "brand" | "sku";
export type OverrideKind = "PRICE_FREEZE" | "FORCE_RULE_BASED" | "FIXED_PRICE";

/** A person's order that stands above the strategies until it expires. */
export interface Override {
  id: string;
  scope: OverrideScope;
  /** the category, brand or SKU; null for global */
  key: string | null;
  kind: OverrideKind;
  /** of a fixed price, minor units of `currency`; it concerns no product in another one */
  price?: number | null;
  currency?: string | null;
  createdAt: number;
  /** ms; null = until it is taken back */
  expiresAt: number | null;
}

export interface OverriddenProduct {
  sku: string;
  brand: string | null;
  category: string;
  currency?: string;
}

/** Kinds by strength: a freeze stands above a forced strategy, that above a fixed price. */
const KINDS: readonly OverrideKind[] = ["PRICE_FREEZE", "FORCE_RULE_BASED", "FIXED_PRICE"];
const SCOPES: readonly OverrideScope[] = ["sku", "brand", "category", "global"];

function concerns(override: Override, product: OverriddenProduct): boolean {
  const { currency } = override;
  if (currency && product.currency !== undefined && currency !== product.currency) return false;
  if (override.scope === "global") return true;
  if (override.scope === "category") return override.key === product.category;
  if (override.scope === "brand") return override.key !== null && override.key === product.brand;
  return override.key === product.sku;
}

/**
 * The override in force for a product at `now`, or null. Resolved when the price is decided, never when the
 * override was asked for: the strongest kind wins, of one kind the narrowest scope, of one scope the newest.
 */
export function overrideInForce(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
): Override | null {
  let winner: Override | null = null;
  for (const override of overrides) {
    const inForce = override.createdAt <= now && (override.expiresAt === null || override.expiresAt > now);
    if (!inForce || !concerns(override, product)) continue;
    if (winner === null || isStronger(override, winner)) winner = override;
  }
  return winner;
}

function isStronger(a: Override, b: Override): boolean {
  if (a.kind !== b.kind) return KINDS.indexOf(a.kind) < KINDS.indexOf(b.kind);
  if (a.scope !== b.scope) return SCOPES.indexOf(a.scope) < SCOPES.indexOf(b.scope);
  return a.createdAt !== b.createdAt ? a.createdAt > b.createdAt : a.id > b.id;
}

/**
 * The strategy that decides: an override's, else an experiment's arm, else the product's own, the category's,
 * the install's. A fixed price is kept as a freeze is: there is nothing to decide.
 */
export function strategyInForce(
  override: Override | null,
  choices: {
    experiment?: StrategyName | null;
    sku?: StrategyName | null;
    category?: StrategyName | null;
    install: StrategyName;
  },
): StrategyName {
  if (override !== null) return override.kind === "FORCE_RULE_BASED" ? "rule_based" : "freeze";
  return choices.experiment ?? choices.sku ?? choices.category ?? choices.install;
}

/**
 * The freeze or fixed price in force for a product at `now`, or null. A forced strategy is passed over: it only chooses
 * how the next price is found, and never outranks a fixed price.
 */
export function priceOverrideInForce(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
): Override | null {
  return overrideInForce(
    overrides.filter(({ kind }) => kind !== "FORCE_RULE_BASED"),
    product,
    now,
  );
}
