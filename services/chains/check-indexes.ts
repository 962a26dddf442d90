import { and, between, desc, eq, gt, isNull, lte, min, notExists, sql } from "drizzle-orm";
import { jsonTable } from "../../db/bulk.ts";
import { audit, auditInstants, auditSkus } from "../../db/schema.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { auditedSkus } from "../../domain/ledger/audited-skus.ts";
import type { AuditFact } from "../../domain/ledger/facts.ts";
import type { ServiceContext } from "../context.ts";
import type { Finding } from "./place.ts";

type Db = Pick<ServiceContext, "db">;

/** SKUs with their entry that are looked up by one statement: a SKU has up to 64 characters. */
const INDEX_PAIRS = 5_000;

/** Every entry has to be found by its instant, and by the SKUs that it concerns. */
export async function checkIndexes(ctx: Db, entries: readonly AuditFact[]): Promise<Finding | null> {
  return (await checkInstants(ctx, entries)) ?? (await checkSkus(ctx, entries));
}

async function checkInstants({ db }: Db, entries: readonly AuditFact[]): Promise<Finding | null> {
  if (entries.length === 0) return null;
  const wanted = jsonTable("wanted", ["at", "seq"], entries);
  const isCovered = and(
    eq(auditInstants.at, wanted.at),
    lte(auditInstants.from, wanted.seq),
    sql`${auditInstants.to} >= ${wanted.seq}`,
  );
  const [missing] = await db
    .select({ seq: sql<number | null>`min(${wanted.seq})` })
    .from(wanted.table)
    .leftJoin(auditInstants, isCovered)
    .where(isNull(auditInstants.at));
  if (missing && missing.seq !== null)
    return { part: "audit", at: missing.seq, reason: "is not found by its instant" };
  return checkReplaced({ db }, entries);
}

/** The clocks of two writers differ by less: what stood at the place of an entry is not further from it in time. */
const CLOCKS_MS = HOUR_MS;

/** An instant whose last entry is of another one: it was cut, and another has taken its number since. */
async function checkReplaced({ db }: Db, entries: readonly AuditFact[]): Promise<Finding | null> {
  const [first, last] = [entries[0]!, entries.at(-1)!];
  const instants = entries.map(({ at }) => at);
  const isNear = between(
    auditInstants.at,
    instants.reduce((a, b) => Math.min(a, b)) - CLOCKS_MS,
    instants.reduce((a, b) => Math.max(a, b)) + CLOCKS_MS,
  );
  const own = db
    .select({ seq: audit.seq })
    .from(audit)
    .where(and(eq(audit.seq, auditInstants.to), eq(audit.at, auditInstants.at)));
  const [replaced] = await db
    .select({ seq: min(auditInstants.to) })
    .from(auditInstants)
    .where(and(isNear, between(auditInstants.to, first.seq, last.seq), notExists(own)));
  return replaced && replaced.seq !== null
    ? { part: "audit", at: replaced.seq, reason: "stands in the place of an entry that is gone" }
    : null;
}

async function checkSkus({ db }: Db, entries: readonly AuditFact[]): Promise<Finding | null> {
  const pairs = entries.flatMap(({ seq, action, detail }) =>
    auditedSkus(action, detail).map((sku) => ({ sku, seq })),
  );
  for (let start = 0; start < pairs.length; start += INDEX_PAIRS) {
    const wanted = jsonTable("wanted", ["sku", "seq"], pairs.slice(start, start + INDEX_PAIRS));
    const [missing] = await db
      .select({ seq: sql<number>`${wanted.seq}` })
      .from(wanted.table)
      .leftJoin(auditSkus, and(eq(auditSkus.sku, wanted.sku), eq(auditSkus.seq, wanted.seq)))
      .where(isNull(auditSkus.seq))
      .orderBy(wanted.seq)
      .limit(1);
    if (missing)
      return { part: "audit", at: missing.seq, reason: "is not found by the SKUs that it concerns" };
  }
  return null;
}

/** The instants end where the audit does: an entry that was cut at its end has perhaps decided no row that misses it. */
export async function checkEnd({ db }: Db): Promise<Finding | null> {
  const last = db
    .select({ seq: audit.seq, from: sql<number>`${audit.at} - ${CLOCKS_MS}`.as("clocks_from") })
    .from(audit)
    .orderBy(desc(audit.seq))
    .limit(1)
    .as("last");
  const [cut] = await db
    .select({ end: last.seq })
    .from(last)
    .innerJoin(auditInstants, and(gt(auditInstants.at, last.from), gt(auditInstants.to, last.seq)))
    .limit(1);
  return cut ? { part: "audit", at: cut.end + 1, reason: "an instant has entries that are gone" } : null;
}
