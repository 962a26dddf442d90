import {
  OVERRIDE_KINDS,
  OVERRIDE_SCOPES,
  type OverrideKind,
  type OverrideScope,
  PRICE_OVERRIDES,
  RESTRAINTS,
  type Restraint,
} from "../messages/names.ts";
import type { StrategyName } from "../settings/strategies.ts";

/** A person's order that stands above the strategies until it expires. */
export interface Override {
  id: string;
  scope: OverrideScope;
  /** the category, brand or SKU; null for global */
  key: string | null;
  kind: OverrideKind;
  /** of a fixed price, minor units of `currency`; a product in another currency is not concerned */
  price?: number | null;
  currency?: string | null;
  createdAt: number;
  /** ms; null = until somebody ends it */
  expiresAt: number | null;
}

export interface OverriddenProduct {
  sku: string;
  brand: string | null;
  category: string;
  currency?: string;
}

export function concerns(override: Override, product: OverriddenProduct): boolean {
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
  if (a.kind !== b.kind) return OVERRIDE_KINDS.indexOf(a.kind) < OVERRIDE_KINDS.indexOf(b.kind);
  if (a.scope !== b.scope) return OVERRIDE_SCOPES.indexOf(a.scope) < OVERRIDE_SCOPES.indexOf(b.scope);
  return a.createdAt !== b.createdAt ? a.createdAt > b.createdAt : a.id > b.id;
}

/**
 * Whether an override stands in the way of another wherever they concern the same product: a freeze in that of any, one of
 * the other kinds in that of its own kind.
 */
export function hides(override: Override, other: Override): boolean {
  const isSameKind = override.kind === other.kind;
  return (isSameKind || override.kind === "PRICE_FREEZE") && isStronger(override, other);
}

/**
 * The freeze or fixed price that decides a product's price at `now`, or null. A forced strategy does not count, and does
 * not stand in the way of a fixed price: it only chooses how the next price is found.
 */
export function priceOverrideInForce(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
): Override | null {
  const deciding = overrides.filter(({ kind }) => isAmong(kind, PRICE_OVERRIDES));
  return overrideInForce(deciding, product, now);
}

function isAmong(kind: OverrideKind, kinds: readonly OverrideKind[]): boolean {
  return kinds.includes(kind);
}

/** The restraints in force for a product at `now`. */
export function restraintsInForce(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
): Set<Restraint> {
  return new Set(
    RESTRAINTS.filter(
      (restraint) =>
        overrideInForce(
          overrides.filter(({ kind }) => kind === restraint),
          product,
          now,
        ) !== null,
    ),
  );
}

/** The override that chooses how the price is found, or null: a freeze, a fixed price, or the forced rules. */
export function strategyOverrideInForce(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
): Override | null {
  const choosing = overrides.filter(({ kind }) => !isAmong(kind, RESTRAINTS));
  return priceOverrideInForce(choosing, product, now) ?? overrideInForce(choosing, product, now);
}

/**
 * The strategy that decides: an override's, else that of its arm in a price test, the product's own, its brand's, its category's, the install's. A fixed price is kept
 * as a frozen one is: there is nothing to decide.
 */
export function strategyInForce(
  override: Override | null,
  choices: {
    arm?: StrategyName | null;
    sku?: StrategyName | null;
    rule?: StrategyName | null;
    brand?: StrategyName | null;
    category?: StrategyName | null;
    install: StrategyName;
  },
): StrategyName {
  if (override !== null) return override.kind === "FORCE_RULE_BASED" ? "rule_based" : "freeze";
  return choices.arm ?? choices.sku ?? choices.rule ?? choices.brand ?? choices.category ?? choices.install;
}
