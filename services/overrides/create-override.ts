import { and, eq, isNull } from "drizzle-orm";
import { overrides, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { type MoneyInput, parseMinor } from "../../domain/base/money.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { Override } from "../../domain/ledger/overrides.ts";
import { changesByMore } from "../../domain/pricing/approval.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { followSku } from "../catalogue/rename/aliases.ts";
import { type AuditBody, commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertMayAlone } from "../pricing/high-risk.ts";
import { assertAllowedPrices, assertPayable } from "../pricing/price-limits.ts";
import { readSettings } from "../settings/settings.ts";
import { overrideEvent } from "./override-event.ts";
import { type OverrideRecord, readOverride, selectOverrides } from "./read-overrides.ts";
import { expireOverrides, isInScope, settleOverride } from "./settle-overrides.ts";

/** Products whose price one override may fix. */
const FIXED_PRODUCTS_MAX = 5_000;

/** An override without an end ends after three days: nobody remembers to take it back. */
const EXPIRY_MS = 72 * HOUR_MS;

export interface OverrideRequest {
  scope: Override["scope"];
  key?: string | undefined;
  kind: Override["kind"];
  price?: MoneyInput | undefined;
  reason: string;
  /** ms */
  expiresAt?: number | undefined;
}

function invalid(path: string, code: string, message: string): ProblemError {
  return new ProblemError("invalid", message, { errors: [{ path, code, message }] });
}

/**
 * Puts an override in force, with its audit entry. A fixed price goes into the ledger in the same turn, unless the price is
 * frozen: then once the freeze ends.
 *
 * @throws ProblemError invalid, guardrail_blocked, reason_required; conflict if one of the kind is in force for the scope
 */
export function createOverride(ctx: ServiceContext, request: OverrideRequest): Promise<OverrideRecord> {
  return inTurn(ctx, [], (inside) => createInTurn(inside, request));
}

/** What else goes into the commit of an override. */
interface Beside {
  /** the statements that take it off the list of what waits for a second person, who has agreed to it */
  released?: readonly D1PreparedStatement[];
  /** what is written about an incident that it answers */
  alongside?: ((id: string) => { audit: AuditBody; statement: D1PreparedStatement }) | undefined;
}

/** The same inside a turn. */
export async function createInTurn(
  ctx: ServiceContext,
  request: OverrideRequest,
  { released, alongside }: Beside = {},
): Promise<OverrideRecord> {
  const key = await keyOf(ctx, request);
  const expiresAt = request.expiresAt ?? ctx.now + EXPIRY_MS;
  if (expiresAt <= ctx.now) throw invalid("expiresAt", "past_time", "expiresAt is in the past");
  await expireOverrides(ctx);
  const { fixed, isHigh, settings } = await judge(ctx, request, key);
  if (isHigh && released === undefined) await assertMayAlone(ctx, request.reason, settings);
  const price = fixed?.price ?? null;
  const { scope, kind, reason } = request;
  const [open] = await selectOverrides(
    ctx.db,
    and(
      eq(overrides.scope, scope),
      eq(overrides.key, key),
      eq(overrides.kind, kind),
      isNull(overrides.endedAt),
    ),
  );
  if (open) throw inForce(open.id);
  const id = ctx.newId("ovr");
  const row = {
    ...{ id, scope, key, kind, price, reason, expiresAt, currency: fixed?.currency ?? null },
    ...{ createdBy: actorLabel(ctx.actor), createdAt: ctx.now, settled: kind !== "FIXED_PRICE" },
  };
  const more = alongside?.(id);
  try {
    await commitChained(ctx, {
      audit: [
        {
          action: "override.create",
          subject: id,
          detail: { scope, key, kind, price, currency: row.currency, reason, expiresAt },
        },
        ...(more ? [more.audit] : []),
      ],
      events: [overrideEvent("override.created", row)],
      statements: () => [
        ...(released ?? []),
        prepare(ctx.d1, ctx.db.insert(overrides).values(row)),
        ...(more ? [more.statement] : []),
      ],
    });
  } catch (error) {
    if (/UNIQUE constraint failed: overrides/.test(String(error))) throw inForce(null);
    throw error;
  }
  if (kind === "FIXED_PRICE") await settleOverride(ctx, (await readOverride(ctx.db, id))!);
  return (await readOverride(ctx.db, id))!;
}

function inForce(id: string | null): ProblemError {
  return new ProblemError("conflict", "an override of this kind is in force for this scope; end it first", {
    extra: id === null ? {} : { override: { id } },
  });
}

/** The category, brand or SKU that it is for; empty for a global one. @throws ProblemError invalid */
export async function keyOf(
  { db }: Pick<ServiceContext, "db">,
  { scope, key }: OverrideRequest,
): Promise<string> {
  if (scope === "global" && key !== undefined)
    throw invalid("key", "unknown_field", "a global override has no key");
  if (scope !== "global" && !key) throw invalid("key", "missing_field", `the ${scope} that it is for`);
  return scope === "sku" && key ? followSku(db, key) : (key ?? "");
}

/** @throws ProblemError invalid if no product is in the scope: a misspelt category would protect nothing */
async function assertScopeExists(
  { db }: ServiceContext,
  { scope }: OverrideRequest,
  key: string,
): Promise<void> {
  if (scope === "global") return;
  const [known] = await db.select({ sku: products.sku }).from(products).where(isInScope(scope, key)).limit(1);
  if (!known)
    throw invalid(
      "key",
      `unknown_${scope}`,
      `there is no product ${scope === "sku" ? "" : `of the ${scope} `}${key}`,
    );
}

export interface Judged {
  /** the price to be fixed; null for the other kinds */
  fixed: { price: number; currency: string } | null;
  /**
   * It sets prices of more than one SKU, or fixes one far from where it is: then it needs what a HIGH proposal needs. A freeze
   * changes no price that is served.
   */
  isHigh: boolean;
  settings: Settings;
}

/**
 * What an override would do, within the hard limits of every product of the scope.
 *
 * @throws ProblemError invalid, guardrail_blocked
 */
export async function judge(ctx: ServiceContext, request: OverrideRequest, key: string): Promise<Judged> {
  const { kind, scope, price } = request;
  await assertScopeExists(ctx, request, key);
  const { settings } = await readSettings(ctx.d1);
  if (kind !== "FIXED_PRICE") {
    if (price !== undefined) throw invalid("price", "unknown_field", "only a FIXED_PRICE has a price");
    return { fixed: null, isHigh: kind === "FORCE_RULE_BASED" && scope !== "sku", settings };
  }
  if (price === undefined) throw invalid("price", "missing_field", "the price to be fixed");
  const concerned = await ctx.db
    .select()
    .from(products)
    .where(and(isInScope(scope, key), scope === "sku" ? undefined : eq(products.status, "active")))
    .limit(FIXED_PRODUCTS_MAX + 1);
  const currency = concerned[0]?.currency;
  if (currency === undefined) throw invalid("key", "invalid", "no active product is concerned");
  if (concerned.length > FIXED_PRODUCTS_MAX)
    throw invalid("scope", "too_many", `one price for more than ${FIXED_PRODUCTS_MAX} products`);
  if (concerned.some((product) => product.currency !== currency))
    throw invalid("price", "currency_mismatch", "the products are in more than one currency");
  const amount = parseMinor(price, currency);
  if (!amount.ok) throw invalid("price", amount.code, amount.message);
  assertPayable(amount.minor, currency, settings);
  assertAllowedPrices(concerned, amount.minor, settings);
  const isFar = concerned.some(({ price: now }) =>
    changesByMore(now, amount.minor, settings.overrideMaxStep),
  );
  return { fixed: { price: amount.minor, currency }, isHigh: scope !== "sku" || isFar, settings };
}
