import { changesByMore } from "../pricing/approval.ts";
import { brokenLimit, LIMIT_NAMES, type LimitedProduct } from "../pricing/hard-limits.ts";
import type { Settings } from "../settings/settings.ts";

/** A HIGH-risk price that a person asked for, and that a second one has to agree to. */
export const SECOND_PERSON = "second_person";

/**
 * Why a price waits for a person: a limit that it breaks, its size, that the feed may not set prices, or that one person is
 * not enough.
 */
export const HOLD_CODES = [...LIMIT_NAMES, "feed_max_step", "approval_needed", SECOND_PERSON] as const;
export type HoldCode = (typeof HOLD_CODES)[number];

/** What becomes of a base price that a feed has changed. `limit`: what it breaks, minor units. */
export type FeedVerdict =
  | { kind: "accepted" }
  | { kind: "echo" }
  | { kind: "held"; code: HoldCode; limit: number | null };

/** What of the stored product the verdict depends on. Minor units. */
interface PricedBefore {
  price: number;
  priceSource: string;
  basePrice: number;
  status: string;
  firstOnSaleAt: number | null;
}

/** Who sends the price, and what we ourselves served lately. */
interface FeedRules {
  settings: Pick<Settings, "guardrails" | "pricesIncludeTax" | "feedMaxStep" | "feedPricesTrusted">;
  /** whether the sender may change prices that are served */
  mayApprove: boolean;
  /** prices other than base prices that were served within the time by which a feed may lag, minor units */
  servedLately: ReadonlySet<number>;
}

/** The price that a new base price replaces: the one underneath, where an override sets the served one. */
export function priceReplaced({ price, priceSource, basePrice }: PricedBefore): number {
  return priceSource === "override" ? basePrice : price;
}

/**
 * Judges a base price that a feed has changed. A price that we served ourselves comes back from the shop: an echo. One
 * that breaks a hard limit, moves far, or comes from somebody who may not set prices is held. The first price of a
 * product that was never on sale replaces nothing, and is accepted.
 *
 * @example
 * const before = { price: 2000, priceSource: "base", basePrice: 2000, status: "active", firstOnSaleAt: 0 };
 * const rules = { settings: DEFAULT_SETTINGS, mayApprove: true, servedLately: new Set<number>() };
 * judgeFeedPrice({ ...NO_LIMITS, basePrice: 2100 }, before, rules) // { kind: "accepted" }
 * judgeFeedPrice({ ...NO_LIMITS, basePrice: 2601 }, before, rules) // held as feed_max_step: more than 30 %
 */
export function judgeFeedPrice(
  product: LimitedProduct & { basePrice: number },
  before: PricedBefore,
  { settings, mayApprove, servedLately }: FeedRules,
): FeedVerdict {
  const { basePrice } = product;
  if (before.status !== "active" && before.firstOnSaleAt === null) return { kind: "accepted" };
  if (servedLately.has(basePrice)) return { kind: "echo" };
  const broken = brokenLimit(product, basePrice, settings);
  if (broken !== null) return { kind: "held", code: broken.name, limit: broken.limit };
  if (changesByMore(priceReplaced(before), basePrice, settings.feedMaxStep))
    return { kind: "held", code: "feed_max_step", limit: null };
  if (!mayApprove && !settings.feedPricesTrusted)
    return { kind: "held", code: "approval_needed", limit: null };
  return { kind: "accepted" };
}
