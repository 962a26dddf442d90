import type { overrides } from "../../db/schema.ts";
import { holdInForce } from "../../domain/runs/hold.ts";
import type { OverriddenProduct, Override } from "../../domain/strategies/resolve.ts";

export type OverrideRecord = typeof overrides.$inferSelect;

const COLUMNS = `id, scope, key, kind, price, reason, created_by AS createdBy, created_at AS createdAt,
  expires_at AS expiresAt, ended_at AS endedAt, ended_by AS endedBy, settled`;

type Row = Omit<OverrideRecord, "settled"> & { settled: number };

/** Rows of overrides; `where` is SQL on the table, in the order of their making. */
export async function selectOverrides(
  d1: D1Database,
  where: string,
  ...parameters: unknown[]
): Promise<OverrideRecord[]> {
  const { results } = await d1
    .prepare(`SELECT ${COLUMNS} FROM overrides WHERE ${where} ORDER BY created_at, id`)
    .bind(...parameters)
    .all<Row>();
  return results.map((row) => ({ ...row, settled: row.settled === 1 }));
}

/** The record as the resolver takes it. */
export function asOverride({
  id,
  scope,
  key,
  kind,
  createdAt,
  expiresAt,
  endedAt,
}: OverrideRecord): Override {
  const until = Math.min(expiresAt, endedAt ?? Number.POSITIVE_INFINITY);
  return { id, scope, key: scope === "global" ? null : key, kind, createdAt, expiresAt: until };
}

/** The overrides in force at an instant. */
export async function overridesAt(d1: D1Database, at: number): Promise<Override[]> {
  const rows = await selectOverrides(
    d1,
    "created_at <= ?1 AND expires_at > ?1 AND (ended_at IS NULL OR ended_at > ?1)",
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
  return holdInForce(await overridesAt(d1, now), product, now);
}
