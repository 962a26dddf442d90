import type { overrides } from "../../db/schema.ts";
import {
  type OverriddenProduct,
  type Override,
  priceOverrideInForce,
} from "../../domain/ledger/overrides.ts";

export type OverrideRecord = typeof overrides.$inferSelect;

/** Of the table `overrides o`. */
export const OVERRIDE_COLUMNS = `o.id, o.scope, o.key, o.kind, o.price, o.currency, o.reason,
  o.created_by AS createdBy, o.created_at AS createdAt, o.expires_at AS expiresAt, o.ended_at AS endedAt,
  o.ended_by AS endedBy, o.settled`;

/** A row as D1 answers it. */
export type OverrideRow = Omit<OverrideRecord, "settled"> & { settled: number };

export function recordOf(row: OverrideRow): OverrideRecord {
  return { ...row, settled: row.settled === 1 };
}

/** Rows of overrides; `where` is SQL on the table, in the order of their making. */
export async function selectOverrides(
  d1: D1Database,
  where: string,
  ...parameters: unknown[]
): Promise<OverrideRecord[]> {
  const { results } = await d1
    .prepare(`SELECT ${OVERRIDE_COLUMNS} FROM overrides o WHERE ${where} ORDER BY o.created_at, o.id`)
    .bind(...parameters)
    .all<OverrideRow>();
  return results.map(recordOf);
}

/** The record as the resolver takes it. */
export function asOverride({
  id,
  scope,
  key,
  kind,
  price,
  currency,
  createdAt,
  expiresAt,
  endedAt,
}: OverrideRecord): Override {
  const until = Math.min(expiresAt, endedAt ?? Number.POSITIVE_INFINITY);
  return {
    id,
    scope,
    key: scope === "global" ? null : key,
    kind,
    price,
    currency,
    createdAt,
    expiresAt: until,
  };
}

/** The overrides in force at an instant. */
export async function overridesAt(d1: D1Database, at: number): Promise<Override[]> {
  const rows = await selectOverrides(
    d1,
    "o.created_at <= ?1 AND o.expires_at > ?1 AND (o.ended_at IS NULL OR o.ended_at > ?1)",
    at,
  );
  return rows.map(asOverride);
}

/** The override that holds a product's price now, be it frozen or fixed, or null. */
export async function holdOf(
  d1: D1Database,
  product: OverriddenProduct,
  now: number,
): Promise<Override | null> {
  return priceOverrideInForce(await overridesAt(d1, now), product, now);
}
