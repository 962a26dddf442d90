import { and, desc, eq, lt, or, type SQL } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { readStoredProducts } from "../../db/reads/products.ts";
import { heldPrices } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { type HeldStatus, priceReplaced } from "../../domain/catalogue/feed-price.ts";
import { planImport } from "../../domain/catalogue/plan-import.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { priceOverrideInForce } from "../../domain/ledger/overrides.ts";
import { changesByMore, HIGH_CHANGE } from "../../domain/pricing/approval.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import { assertReasoned } from "../pricing/high-risk.ts";
import { assertAllowedPrices } from "../pricing/price-limits.ts";
import { readSettings } from "../settings/settings.ts";
import { saveImport } from "./save-import.ts";

export type HeldPriceRecord = typeof heldPrices.$inferSelect;

interface HeldQuery {
  status?: HeldStatus | undefined;
  sku?: string | undefined;
  /** the last row of the page before */
  after?: { heldAt: number; id: string } | undefined;
  limit: number;
}

/** One page of a feed's prices that were held, newest first. */
export function listHeldPrices(
  db: Database,
  { status, sku, after, limit }: HeldQuery,
): Promise<HeldPriceRecord[]> {
  const conditions: (SQL | undefined)[] = [];
  if (status) conditions.push(eq(heldPrices.status, status));
  if (sku) conditions.push(eq(heldPrices.sku, sku));
  if (after) {
    const { heldAt, id } = after;
    conditions.push(
      or(lt(heldPrices.heldAt, heldAt), and(eq(heldPrices.heldAt, heldAt), lt(heldPrices.id, id))),
    );
  }
  return db
    .select()
    .from(heldPrices)
    .where(and(...conditions))
    .orderBy(desc(heldPrices.heldAt), desc(heldPrices.id))
    .limit(limit);
}

/** The base price of a product that waits for a person; null if none does. */
export async function heldPriceOf(db: Database, sku: string): Promise<HeldPriceRecord | null> {
  const [found] = await listHeldPrices(db, { sku, status: "held", limit: 1 });
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
export async function releaseHeldPrice(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<HeldPriceRecord> {
  const held = await readWaiting(ctx, id);
  const { sku, price } = held;
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
