import { and, eq, gt, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
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

export const OVERRIDE_LIST = {
  source: sql`${overrides}`,
  id: overrides.id,
  sorts: { createdAt: overrides.createdAt, expiresAt: overrides.expiresAt, key: overrides.key },
  sort: "-createdAt",
  search: [overrides.key, overrides.reason, overrides.createdBy],
  facets: { scope: overrides.scope, kind: overrides.kind },
} as const satisfies ListShape;

interface OverrideFilter {
  /** also those that have ended */
  all: boolean;
  scope?: OverrideRecord["scope"] | undefined;
  kind?: OverrideRecord["kind"] | undefined;
}

/** One page of overrides. */
export async function listOverrides(
  { db, now }: ServiceContext,
  query: ListQuery,
  { all, scope, kind }: OverrideFilter,
) {
  const filters = [
    all ? undefined : and(isNull(overrides.endedAt), gt(overrides.expiresAt, now)),
    is(overrides.scope, scope),
    is(overrides.kind, kind),
  ];
  return readPage(db, OVERRIDE_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ override: overrides, ...place })
        .from(overrides)
        .$dynamic(),
    ),
  );
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
