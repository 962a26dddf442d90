import { z } from "zod";
import { instant, money, named } from "./answers.ts";

const LockedPrice = named("LockedPrice", {
  sku: z.string(),
  price: money,
  currency: z.string(),
  alias: z.string().optional().describe("the SKU that was asked for, if the product had it before"),
});

const locked = {
  items: z.array(LockedPrice),
  expiresAt: instant.describe("the lock counts until then"),
};

export const PriceLock = named("PriceLock", {
  ...locked,
  lock: z.string().describe("a signed token (JWS, HS256) that names these prices; keep it with the order"),
});

const ValidPriceLock = named("ValidPriceLock", { valid: z.literal(true), ...locked });

/** Why a lock does not count. */
export const LOCK_FAULTS = ["expired", "forged", "malformed"] as const;

const InvalidPriceLock = named("InvalidPriceLock", {
  valid: z.literal(false),
  reason: z
    .enum(LOCK_FAULTS)
    .describe("malformed: not in the form of a lock; forged: not signed by this install"),
});

export const PriceLockVerdict = z
  .discriminatedUnion("valid", [ValidPriceLock, InvalidPriceLock])
  .meta({ id: "PriceLockVerdict" });
