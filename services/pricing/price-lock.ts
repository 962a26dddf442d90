import { base64url, errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Database } from "../../db/database.ts";
import { keyedHash } from "../../domain/base/keyed-hash.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/base/time.ts";
import type { LOCK_FAULTS } from "../../domain/contract/price-locks.ts";
import { type FieldError, ProblemError } from "../../domain/contract/problem.ts";
import type { VaultPort } from "../ports.ts";
import { readAskedPrices } from "./served-price.ts";

/** The token's audience, and what its key is derived for: nothing else that the install signs counts as a lock. */
const PURPOSE = "price-lock";
const ALGORITHM = "HS256";
/** Three parts of base64url. */
const LOCK_FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** A price that was promised, in minor units. */
interface LockedPrice {
  sku: string;
  /** the SKU that was asked for, where the product has another one by now */
  alias?: string | undefined;
  price: number;
  currency: string;
}

/** What a lock promises, until when (ms; whole seconds). */
export interface LockedPrices {
  items: LockedPrice[];
  expiresAt: number;
}

type LockFault = (typeof LOCK_FAULTS)[number];

interface LockContext {
  vault: Pick<VaultPort, "secret">;
  now: number;
}

/** SKU, minor units, currency, and the SKU that was asked for if it is another: the token stays short. */
const PRICE = [z.string(), z.int().nonnegative(), z.string()] as const;
const Claims = z.object({
  prices: z.array(z.union([z.tuple(PRICE), z.tuple([...PRICE, z.string()])])),
  exp: z.int(),
});

/**
 * Promises the prices that are served now, for so many minutes, in a token that the install signs and does not keep.
 * @throws ProblemError `invalid` with every SKU that is not known or not on sale
 */
export async function lockPrices(
  { db, vault, now }: LockContext & { db: Database },
  skus: readonly string[],
  minutes: number,
): Promise<LockedPrices & { lock: string }> {
  const bySku = await readAskedPrices(db, skus, now);
  const refused = skus.flatMap((sku, i) => refusalOf(sku, i, bySku.get(sku)) ?? []);
  if (refused.length > 0)
    throw new ProblemError("invalid", refused.map(({ message }) => message).join("; "), { errors: refused });
  const items = [...new Set(skus)].map((asked) => {
    const { sku, price, currency } = bySku.get(asked)!;
    return { sku, price, currency, ...(sku !== asked && { alias: asked }) };
  });
  const expiry = Math.floor((now + minutes * MINUTE_MS) / SECOND_MS);
  const lock = await new SignJWT({
    prices: items.map(({ sku, price, currency, alias }) => [sku, price, currency, ...(alias ? [alias] : [])]),
  })
    .setProtectedHeader({ alg: ALGORITHM })
    .setAudience(PURPOSE)
    .setExpirationTime(expiry)
    .sign(await lockKey(vault));
  return { items, lock, expiresAt: expiry * SECOND_MS };
}

/** What a lock promises, whatever the prices are now; or why it does not count. */
export async function verifyLock(
  { vault, now }: LockContext,
  lock: string,
): Promise<LockedPrices | { fault: LockFault }> {
  if (!LOCK_FORM.test(lock)) return { fault: "malformed" };
  if (!isOneSpelling(lock)) return { fault: "forged" };
  let payload: JWTPayload;
  try {
    const options = { algorithms: [ALGORITHM], audience: PURPOSE, currentDate: new Date(now) };
    ({ payload } = await jwtVerify(lock, await lockKey(vault), { ...options, requiredClaims: ["exp"] }));
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    // the expiry is looked at after the signature
    return { fault: error instanceof errors.JWTExpired ? "expired" : "forged" };
  }
  const claims = Claims.safeParse(payload);
  if (!claims.success) return { fault: "malformed" };
  const items = claims.data.prices.map(([sku, price, currency, alias]) => ({ sku, price, currency, alias }));
  return { items, expiresAt: claims.data.exp * SECOND_MS };
}

function refusalOf(sku: string, i: number, served: { isOnSale: boolean } | undefined): FieldError | null {
  const path = `skus.${i}`;
  if (!served) return { path, code: "unknown_sku", message: `there is no product ${sku}` };
  return served.isOnSale ? null : { path, code: "not_on_sale", message: `${sku} is not on sale` };
}

/** The bits that the last character of a signature does not need must be zero: else one lock had several spellings. */
function isOneSpelling(lock: string): boolean {
  const signature = lock.slice(lock.lastIndexOf(".") + 1);
  try {
    return base64url.encode(base64url.decode(signature)) === signature;
  } catch {
    return false;
  }
}

async function lockKey(vault: LockContext["vault"]): Promise<Uint8Array> {
  return new TextEncoder().encode(keyedHash(await vault.secret(), PURPOSE, "key"));
}
