import { and, desc, eq, gt, isNull, lt, lte, or, type SQL } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { overrides } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import {
  type OverriddenProduct,
  type Override,
  priceOverrideInForce,
} from "../../domain/ledger/overrides.ts";
import type { ServiceContext } from "../context.ts";

export type OverrideRecord = typeof overrides.$inferSelect;

/** The query for overrides that meet a condition, in the order of their making. */
export function selectOverrides(db: Database, condition: SQL | undefined) {
  return db.select().from(overrides).where(condition).orderBy(overrides.createdAt, overrides.id);
}

/** The query for the overrides in force at an instant, of every kind. */
export function overridesInForce(db: Database, at: number) {
  const isOpen = or(isNull(overrides.endedAt), gt(overrides.endedAt, at));
  return selectOverrides(db, and(lte(overrides.createdAt, at), gt(overrides.expiresAt, at), isOpen));
}

export async function readOverride(db: Database, id: string): Promise<OverrideRecord | null> {
  const [found] = await selectOverrides(db, eq(overrides.id, id));
  return found ?? null;
}

interface OverrideQuery {
  /** also those that have ended */
  all: boolean;
  /** the last row of the page before */
  after?: { createdAt: number; id: string } | undefined;
  limit: number;
}

/** One page of overrides, newest first. */
export async function listOverrides(
  { db, now }: ServiceContext,
  { all, after, limit }: OverrideQuery,
): Promise<OverrideRecord[]> {
  const isOpen = and(isNull(overrides.endedAt), gt(overrides.expiresAt, now));
  const isOlder =
    after &&
    or(
      lt(overrides.createdAt, after.createdAt),
      and(eq(overrides.createdAt, after.createdAt), lt(overrides.id, after.id)),
    );
  return db
    .select()
    .from(overrides)
    .where(and(all ? undefined : isOpen, isOlder))
    .orderBy(desc(overrides.createdAt), desc(overrides.id))
    .limit(limit);
}

/** The record as the rules of the ledger take it. */
export function asOverride(record: OverrideRecord): Override {
  const { id, scope, key, kind, price, currency, createdAt, expiresAt, endedAt } = record;
  return {
    ...{ id, scope, kind, price, currency, createdAt },
    key: scope === "global" ? null : key,
    expiresAt: Math.min(expiresAt, endedAt ?? Number.POSITIVE_INFINITY),
  };
}

/** The overrides in force at an instant. */
export async function overridesAt(db: Database, at: number): Promise<Override[]> {
  return (await overridesInForce(db, at)).map(asOverride);
}

/**
 * Nobody changes a frozen or fixed price before the override ends.
 *
 * @throws ProblemError price_held, naming the override
 */
export function assertNotOverridden(
  inForce: readonly Override[],
  product: OverriddenProduct,
  now: number,
): void {
  const override = priceOverrideInForce(inForce, product, now);
  if (override === null) return;
  const { id, kind, scope, key } = override;
  const what = kind === "PRICE_FREEZE" ? "the price is frozen" : "the price is fixed";
  throw new ProblemError("price_held", `${what} by an override (${scope}${key === null ? "" : ` ${key}`})`, {
    extra: { override: { id, kind } },
  });
}
