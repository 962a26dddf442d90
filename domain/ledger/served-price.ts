import { type OverriddenProduct, type Override, overrideInForce } from "./overrides.ts";

/** Where a served price may come from. */
export const PRICE_SOURCES = ["base", "applied", "override", "scheduled", "frozen"] as const;
export type PriceSource = (typeof PRICE_SOURCES)[number];

/** A price without any override, and where it is from. Minor units. */
export interface UnderlyingPrice {
  price: number;
  source: Exclude<PriceSource, "override" | "frozen">;
}

/** The price that is to be served at an instant. Minor units, ms. */
interface ServedAt {
  price: number;
  source: PriceSource;
  /** the override that it is from; null where none is in force */
  override: Override | null;
  /** when the override ends that it is from; null without one */
  until: number | null;
}

/** The fixed price that decides; null = none does, the price underneath is served. */
type Winner = Override | null;

const ofKind = (overrides: readonly Override[], kind: Override["kind"]) =>
  overrides.filter((override) => override.kind === kind);

/**
 * The instant at which the freeze in force at `now` began; a freeze that began while another was in force carries on
 * what that one kept. Null where none is in force.
 */
export function frozenSince(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
): number | null {
  const freezes = ofKind(overrides, "PRICE_FREEZE");
  let since: number | null = null;
  let at = now;
  for (;;) {
    const earliest = freezes.reduce((first, freeze) => {
      const isInForce = overrideInForce([freeze], product, at) !== null;
      return isInForce ? Math.min(first, freeze.createdAt) : first;
    }, Number.POSITIVE_INFINITY);
    if (earliest >= (since ?? Number.POSITIVE_INFINITY)) return since;
    since = earliest;
    at = earliest;
  }
}

/** The fixed price that decides at `now`: of a frozen product, the one that did when the freeze began. */
function winnerAt(overrides: readonly Override[], product: OverriddenProduct, now: number): Winner {
  const at = frozenSince(overrides, product, now) ?? now;
  return overrideInForce(ofKind(overrides, "FIXED_PRICE"), product, at);
}

/**
 * The price to serve at `now`: a freeze of any scope keeps what was served at the instant it began, whatever ends
 * meanwhile; else the fixed price of the narrowest scope; else the price underneath.
 */
export function servedAt(
  overrides: readonly Override[],
  product: OverriddenProduct,
  underlying: UnderlyingPrice,
  now: number,
): ServedAt {
  const winner = winnerAt(overrides, product, now);
  const price = winner?.price ?? underlying.price;
  const source = winner === null ? underlying.source : ("override" as const);
  const freeze = overrideInForce(ofKind(overrides, "PRICE_FREEZE"), product, now);
  if (freeze !== null) return { price, source: "frozen", override: freeze, until: freeze.expiresAt };
  return { price, source, override: winner, until: winner?.expiresAt ?? null };
}

/**
 * What the stored price of a product has to become at `now`, and since when it has been due. `changedAt`: when the price
 * underneath last changed without being served; null = it has not.
 */
export function dueAt(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
  changedAt: number | null = null,
): { winner: Winner; at: number } {
  const winner = winnerAt(overrides, product, now);
  const isChanged = (instant: number) =>
    changedAt !== null && changedAt < (frozenSince(overrides, product, instant) ?? instant);
  const changed = isChanged(now);
  const instants = overrides.flatMap(({ createdAt, expiresAt }) => [createdAt, expiresAt ?? Infinity]);
  let at = now;
  for (const instant of instants.filter((one) => one <= now).sort((a, b) => b - a)) {
    if (winnerAt(overrides, product, instant)?.id !== winner?.id || isChanged(instant) !== changed) break;
    at = instant;
  }
  return { winner, at };
}
