import { and, eq, gte, inArray, isNotNull, isNull, lte, min, or, type SQL, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { ProductRecord } from "../../db/reads/products.ts";
import { overrides, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import type { Override } from "../../domain/ledger/overrides.ts";
import { permittedOverrides } from "../../domain/ledger/permitted.ts";
import { dueAt, frozenSince, type UnderlyingPrice } from "../../domain/ledger/served-price.ts";
import { PRICE_OVERRIDES } from "../../domain/messages/names.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import {
  commitPrices,
  INVOCATION_PRICES,
  type PriceChange,
  SEGMENT_PRICES,
} from "../pricing/commit-prices.ts";
import { underlyingPrices } from "../pricing/served-price.ts";
import { readSettings } from "../settings/settings.ts";
import { overrideEvent } from "./override-event.ts";
import { asOverride, type OverrideRecord, selectOverrides } from "./read-overrides.ts";

/**
 * The minute tick: ends what has expired, puts fixed prices in force, or the price underneath one that has ended, and
 * base prices that waited for the end of an override. A frozen price waits for the end of its freeze.
 */
export async function settleOverrides(ctx: ServiceContext): Promise<void> {
  await expireOverrides(ctx);
  await settlePrices(ctx);
}

/** Does what all fixed prices still ask for, and puts base prices in force that nothing holds any more. */
export async function settlePrices(ctx: ServiceContext): Promise<void> {
  const asking = await selectOverrides(ctx.db, eq(overrides.settled, false));
  for (const override of ofThisMinute(asking, ctx.now))
    await inTurn(ctx, [], (inside) => settleOverride(inside, override));
  await inTurn(ctx, [], settleWaiting);
}

/** Overrides of one minute: each takes some 16 queries, of the thousand that D1 allows an invocation. */
const OVERRIDES_MAX = 40;

/** Where they are too many for one minute, each begins further on: one that a freeze holds keeps no other from its turn. */
function ofThisMinute(asking: readonly OverrideRecord[], now: number): readonly OverrideRecord[] {
  if (asking.length <= OVERRIDES_MAX) return asking;
  const start = (Math.floor(now / MINUTE_MS) * OVERRIDES_MAX) % asking.length;
  return [...asking.slice(start), ...asking.slice(0, start)].slice(0, OVERRIDES_MAX);
}

/** Base prices that wait for the end of an override. */
async function settleWaiting(ctx: ServiceContext): Promise<void> {
  const waiting = await readProducts(ctx, isNotNull(products.baseWaitsSince));
  if (waiting.length === 0) return;
  const since = Math.min(...waiting.map(({ baseWaitsSince }) => baseWaitsSince!));
  await settleProducts(ctx, waiting, await priceOverridesSince(ctx, since), null);
}

/** At its end a fixed price leaves something to do: the price that it replaced has to come back. */
export const SETTLED_AT_END = sql<boolean>`(${overrides.kind} <> 'FIXED_PRICE')`;

/** Marks the overrides whose time is over as ended, at the instant it was, with one audit entry for all. */
export async function expireOverrides(ctx: ServiceContext): Promise<void> {
  const { d1, db, now } = ctx;
  const isOpen = isNull(overrides.endedAt);
  const expired = await selectOverrides(db, and(isOpen, lte(overrides.expiresAt, now)));
  if (expired.length === 0) return;
  const ids = expired.map(({ id }) => id);
  const end = { endedAt: sql`${overrides.expiresAt}`, endedBy: "system:expiry", settled: SETTLED_AT_END };
  await commitChained(ctx, {
    audit: [{ action: "override.expired", subject: "overrides", detail: { ids } }],
    events: expired.map((one) => overrideEvent("override.expired", one)),
    statements: () => [
      prepare(
        d1,
        db
          .update(overrides)
          .set(end)
          .where(and(isOpen, isAmong(overrides.id, ids))),
      ),
    ],
  });
}

type PriceOverride = Override & { reason: string };

/** Does what one fixed price still asks for, in a turn. The ledger says when it took effect, not when this was called. */
export async function settleOverride(ctx: ServiceContext, override: OverrideRecord): Promise<void> {
  const { id, scope, key, endedAt, createdAt } = override;
  // also products that left the scope while it fixed their price
  const left = scope === "sku" ? undefined : eq(products.priceSource, "override");
  const concerned = await readProducts(ctx, or(isInScope(scope, key), left));
  const deciding = await priceOverridesSince(ctx, endedAt ?? createdAt);
  if (!(await settleProducts(ctx, concerned, deciding, override))) return;
  const isAsRead = endedAt === null ? isNull(overrides.endedAt) : eq(overrides.endedAt, endedAt);
  await ctx.db
    .update(overrides)
    .set({ settled: true })
    .where(and(eq(overrides.id, id), isAsRead));
}

function readProducts({ db }: ServiceContext, condition: SQL | undefined): Promise<ProductRecord[]> {
  return db.select().from(products).where(condition).orderBy(products.sku);
}

/** The condition on products that they are in a scope. */
export function isInScope(scope: Override["scope"], key: string): SQL {
  return scope === "global" ? sql`true` : eq(products[scope], key);
}

/** Freezes and fixed prices that were in force at `since` or later, with the freezes that these carry on. */
async function priceOverridesSince({ db }: ServiceContext, since: number): Promise<PriceOverride[]> {
  const endedSince = (at: number | SQL) => or(isNull(overrides.endedAt), gte(overrides.endedAt, at));
  const firstFreeze = db
    .select({ at: min(overrides.createdAt) })
    .from(overrides)
    .where(and(eq(overrides.kind, "PRICE_FREEZE"), endedSince(since)));
  const first = sql`min(${since}, coalesce((${firstFreeze}), ${since}))`;
  const rows = await selectOverrides(db, and(inArray(overrides.kind, PRICE_OVERRIDES), endedSince(first)));
  return rows.map((row) => ({ ...asOverride(row), reason: row.reason }));
}

/**
 * Brings stored prices to what is due. Answers whether nothing is left to do: no freeze, no fixed price that the limits of
 * today forbid, no price that changed meanwhile.
 * `cause`: the override that made it necessary, if one did.
 */
async function settleProducts(
  ctx: ServiceContext,
  concerned: readonly ProductRecord[],
  deciding: readonly PriceOverride[],
  cause: OverrideRecord | null,
): Promise<boolean> {
  const asked = concerned.map((product) => ({
    ...product,
    at: frozenSince(deciding, product, ctx.now) ?? ctx.now,
  }));
  const underlying = await underlyingPrices(ctx.db, asked);
  const changes = new Map<number, PriceChange[]>();
  const served: string[] = [];
  const { settings } = await readSettings(ctx.d1);
  let held = false;
  for (const product of asked) {
    const permitted = permittedOverrides(deciding, product, settings);
    const { winner, at } = dueAt(permitted, product, ctx.now, product.baseWaitsSince);
    const wanted = dueAt(deciding, product, ctx.now, product.baseWaitsSince).winner;
    held ||= wanted?.id !== winner?.id || frozenSince(deciding, product, ctx.now) !== null;
    // no change is before the one before it, nor before the product came into the scope
    const notBefore = cause === null || cause.scope === "sku" ? product.priceSince : product.updatedAt;
    const since = Math.min(ctx.now, Math.max(at, notBefore));
    const fixed = deciding.find(({ id }) => id === winner?.id) ?? null;
    const change = changeOf(product, fixed, {
      ...underlying.get(product.sku)!,
      ended: cause?.id ?? null,
    });
    if (!change && product.baseWaitsSince !== null && winner === null && product.at === ctx.now)
      served.push(product.sku);
    if (change) changes.set(since, [...(changes.get(since) ?? []), change]);
  }
  let missed = 0;
  let committed = 0;
  for (const [at, due] of [...changes].sort(([a], [b]) => a - b))
    for (let start = 0; start < due.length; start += SEGMENT_PRICES) {
      const segment = due.slice(start, start + SEGMENT_PRICES);
      committed += segment.length;
      // a price that changed under us, or is one too many, is looked at again by the next tick
      missed +=
        committed > INVOCATION_PRICES
          ? segment.length
          : (await commitPrices({ ...ctx, now: at }, segment)).mismatched.length;
    }
  // a base price that came back to what is served has nothing to wait for
  if (served.length > 0)
    await ctx.db.update(products).set({ baseWaitsSince: null }).where(isAmong(products.sku, served));
  return !held && missed === 0;
}

/** Null where the stored price is that already. `ended`: the override whose end brings the price underneath back. */
function changeOf(
  product: ProductRecord,
  fixed: PriceOverride | null,
  underneath: UnderlyingPrice & { ended: string | null },
): PriceChange | null {
  const { sku, price: from, version, currency, priceSource, baseWaitsSince } = product;
  const to = fixed?.price ?? underneath.price;
  const source = fixed ? ("override" as const) : underneath.source;
  if (to === from && source === priceSource) return null;
  const change = { sku, from, version, to, currency, source, proposalId: null, note: null };
  if (fixed) return { ...change, cause: { kind: "override", id: fixed.id }, reason: fixed.reason };
  if (source === "base" && baseWaitsSince !== null)
    return {
      ...change,
      cause: { kind: "import", id: null },
      reason: "imported while an override decided the price",
    };
  return {
    ...change,
    cause: { kind: "override", id: underneath.ended },
    reason: "the fixed price has ended",
  };
}
