import { readProduct } from "../../db/reads/products.ts";
import type { OVERRIDE_KINDS, OVERRIDE_SCOPES } from "../../db/schema.ts";
import { type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertAllowedPrices, LIMITED, type LimitedProduct } from "../pricing/set-price.ts";
import { expireOverrides } from "./expire-overrides.ts";
import { type OverrideRecord, selectOverrides } from "./read-overrides.ts";
import { scopeOf, settleOverride } from "./settle-overrides.ts";

/** Products whose price one override may fix. */
const FIXED_PRODUCTS_MAX = 5_000;

/** Without another word an override ends after three days: nobody remembers to take it back. */
const EXPIRY_MS = 72 * HOUR_MS;

export interface OverrideRequest {
  scope: (typeof OVERRIDE_SCOPES)[number];
  key?: string | undefined;
  kind: (typeof OVERRIDE_KINDS)[number];
  price?: MoneyInput | undefined;
  reason: string;
  /** ms */
  expiresAt?: number | undefined;
}

function invalid(path: string, code: string, message: string): ProblemError {
  return new ProblemError("invalid", message, { errors: [{ path, code, message }] });
}

/**
 * Puts an override in force, with its audit entry; a fixed price goes into the ledger at once, unless a freeze holds the
 * price, which it then does until the freeze ends.
 *
 * @throws ProblemError invalid, guardrail_blocked; conflict if one of the kind is in force for the scope
 */
export async function createOverride(ctx: ServiceContext, request: OverrideRequest): Promise<OverrideRecord> {
  const key = keyOf(request);
  const expiresAt = request.expiresAt ?? ctx.now + EXPIRY_MS;
  if (expiresAt <= ctx.now) throw invalid("expiresAt", "past_time", "expiresAt is in the past");
  await expireOverrides(ctx);
  const fixed = await fixedPrice(ctx, request, key);
  const price = fixed?.price ?? null;
  const { scope, kind, reason } = request;
  const open = await selectOverrides(
    ctx.d1,
    "o.scope = ?1 AND o.key = ?2 AND o.kind = ?3 AND o.ended_at IS NULL",
    scope,
    key,
    kind,
  );
  if (open[0]) throw inForce(open[0].id);
  const id = ctx.newId("ovr");
  const insert = ctx.d1
    .prepare(
      `INSERT INTO overrides (id, scope, key, kind, price, reason, created_by, created_at, expires_at, settled,
         currency) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    )
    .bind(
      ...[id, scope, key, kind, price, reason, actorLabel(ctx.actor), ctx.now, expiresAt],
      ...[kind === "FIXED_PRICE" ? 0 : 1, fixed?.currency ?? null],
    );
  try {
    await commitChained(ctx, {
      audit: [
        { action: "override.create", subject: id, detail: { scope, key, kind, price, reason, expiresAt } },
      ],
      statements: () => [insert],
    });
  } catch (error) {
    if (/UNIQUE constraint failed: overrides/.test(String(error))) throw inForce(null);
    throw error;
  }
  const [created] = await selectOverrides(ctx.d1, "o.id = ?1", id);
  if (kind === "FIXED_PRICE") await settleOverride(ctx, created!);
  return (await selectOverrides(ctx.d1, "o.id = ?1", id))[0]!;
}

function inForce(id: string | null): ProblemError {
  return new ProblemError("conflict", "an override of this kind is in force for this scope; end it first", {
    extra: id === null ? {} : { override: { id } },
  });
}

function keyOf({ scope, key }: OverrideRequest): string {
  if (scope === "global" && key !== undefined)
    throw invalid("key", "unknown_field", "a global override has no key");
  if (scope !== "global" && !key) throw invalid("key", "missing_field", `the ${scope} that it is for`);
  return key ?? "";
}

/** The price to be fixed, within the hard limits of every product of the scope; null for the other kinds. */
async function fixedPrice(
  ctx: ServiceContext,
  request: OverrideRequest,
  key: string,
): Promise<{ price: number; currency: string } | null> {
  const { kind, scope, price } = request;
  if (scope === "sku" && !(await readProduct(ctx.db, key)))
    throw invalid("key", "unknown_sku", `there is no product ${key}`);
  if (kind !== "FIXED_PRICE") {
    if (price !== undefined) throw invalid("price", "unknown_field", "only a FIXED_PRICE has a price");
    return null;
  }
  if (price === undefined) throw invalid("price", "missing_field", "the price to be fixed");
  const { where, bound } = scopeOf(scope, key);
  const { results } = await ctx.d1
    .prepare(`SELECT ${LIMITED} FROM products WHERE status = 'active' AND ${where} LIMIT ?2`)
    .bind(bound[0] ?? null, FIXED_PRODUCTS_MAX + 1)
    .all<LimitedProduct>();
  const products = scope === "sku" ? [(await readProduct(ctx.db, key))!] : results;
  const currency = products[0]?.currency;
  if (currency === undefined) throw invalid("key", "invalid", "no active product is concerned");
  if (products.length > FIXED_PRODUCTS_MAX)
    throw invalid("scope", "too_many", `one price for more than ${FIXED_PRODUCTS_MAX} products`);
  if (products.some((product) => product.currency !== currency))
    throw invalid("price", "currency_mismatch", "the products are in more than one currency");
  const amount = parseMinor(price, currency);
  if (!amount.ok) throw invalid("price", amount.code, amount.message);
  await assertAllowedPrices(ctx, products, amount.minor);
  return { price: amount.minor, currency };
}
