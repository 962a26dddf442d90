import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { readStoredProducts } from "../../db/reads/products.ts";
import { heldPrices } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { type HoldCode, priceReplaced, SECOND_PERSON } from "../../domain/catalogue/feed-price.ts";
import { planImport } from "../../domain/catalogue/plan-import.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { priceOverrideInForce } from "../../domain/ledger/overrides.ts";
import type { HeldStatus } from "../../domain/messages/names.ts";
import { changesByMore, HIGH_CHANGE } from "../../domain/pricing/approval.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import { assertReasoned } from "../pricing/high-risk.ts";
import { assertAllowedPrices } from "../pricing/price-limits.ts";
import { readSettings } from "../settings/settings.ts";
import { releaseRequest } from "./release-request.ts";
import { saveImport } from "./save-import.ts";

export type HeldPriceRecord = typeof heldPrices.$inferSelect;

export const HELD_PRICE_LIST = {
  source: sql`${heldPrices}`,
  id: heldPrices.id,
  sorts: { heldAt: heldPrices.heldAt, sku: heldPrices.sku, price: heldPrices.price },
  sort: "-heldAt",
  search: [heldPrices.sku, heldPrices.actor],
  facets: { code: heldPrices.code, status: heldPrices.status },
} as const satisfies ListShape;

interface HeldFilter {
  status?: HeldStatus | undefined;
  sku?: string | undefined;
  code?: HoldCode | undefined;
}

/** One page of a feed's prices that were held. */
export function listHeldPrices(db: Database, query: ListQuery, { status, sku, code }: HeldFilter) {
  const filters = [is(heldPrices.status, status), is(heldPrices.sku, sku), is(heldPrices.code, code)];
  return readPage(db, HELD_PRICE_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ held: heldPrices, ...place })
        .from(heldPrices)
        .$dynamic(),
    ),
  );
}

/** The base price of a product that waits for a person; null if none does. */
export async function heldPriceOf(db: Database, sku: string): Promise<HeldPriceRecord | null> {
  const waits = and(eq(heldPrices.sku, sku), eq(heldPrices.status, "held"));
  const [found] = await db.select().from(heldPrices).where(waits);
  return found ?? null;
}

async function readHeld({ db }: ServiceContext, id: string): Promise<HeldPriceRecord> {
  const [found] = await db.select().from(heldPrices).where(eq(heldPrices.id, id));
  if (!found) throw new ProblemError("not_found", "no such held price");
  return found;
}

/** @throws ProblemError illegal_transition */
async function readWaiting(ctx: ServiceContext, id: string): Promise<HeldPriceRecord> {
  const held = await readHeld(ctx, id);
  if (held.status === "held") return held;
  throw new ProblemError("illegal_transition", `the price is ${held.status}`);
}

/** The statements that decide a price, which fail their batch if somebody else did first. */
function decision(ctx: ServiceContext, id: string, status: "released" | "discarded", note: string | null) {
  const { d1, db, now, actor } = ctx;
  const waits = and(eq(heldPrices.id, id), eq(heldPrices.status, "held"));
  const decided = { status, note, decidedAt: now, decidedBy: actorLabel(actor) };
  return [
    guardCount(d1, db.$count(heldPrices, waits), 1),
    prepare(d1, db.update(heldPrices).set(decided).where(waits)),
  ];
}

/**
 * Makes a held price the base price, if the limits of now allow it. Whoever sent a HIGH one may not be the only one to
 * look at it: they have to give a reason.
 *
 * @throws ProblemError not_found, illegal_transition, guardrail_blocked, reason_required
 */
export function releaseHeldPrice(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<HeldPriceRecord> {
  return inTurn(ctx, [], (inside) => releaseInTurn(inside, id, note));
}

async function releaseInTurn(ctx: ServiceContext, id: string, note: string | null): Promise<HeldPriceRecord> {
  const held = await readWaiting(ctx, id);
  const { sku, price } = held;
  if (held.code === SECOND_PERSON) {
    await decide(() => releaseRequest(ctx, held, note, decision(ctx, id, "released", note)));
    return readHeld(ctx, id);
  }
  const stored = (await readStoredProducts(ctx.db, [sku])).get(sku);
  if (!stored) throw new ProblemError("not_found", `there is no product ${sku} any more`);
  const { settings } = await readSettings(ctx.d1);
  assertAllowedPrices([stored], price, settings);
  if (held.actor === actorLabel(ctx.actor) && changesByMore(priceReplaced(stored), price, HIGH_CHANGE))
    assertReasoned(note ?? "", "note");
  const inForce = await overridesAt(ctx.db, ctx.now);
  const { version: _, ...product } = { ...stored, basePrice: price };
  const plan = planImport([{ product, isPriced: true }], new Map([[sku, stored]]), {
    isOverridden: () => priceOverrideInForce(inForce, product, ctx.now) !== null,
    judge: () => ({ kind: "accepted" }),
  });
  const statements = () => decision(ctx, id, "released", note);
  await decide(() => saveImport(ctx, { ...plan, settled: [] }, { heldId: id, note, statements }));
  return readHeld(ctx, id);
}

/**
 * Takes a held price off the list: the base price stays as it is.
 *
 * @throws ProblemError not_found, illegal_transition
 */
export async function discardHeldPrice(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<HeldPriceRecord> {
  const { sku, price } = await readWaiting(ctx, id);
  await decide(() =>
    commitChained(ctx, {
      audit: [{ action: "price.discard", subject: id, detail: { sku, price, note } }],
      statements: () => decision(ctx, id, "discarded", note),
    }),
  );
  return readHeld(ctx, id);
}

async function decide(commit: () => Promise<unknown>): Promise<void> {
  try {
    await commit();
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("conflict", "the price or its product changed meanwhile; look again");
  }
}
