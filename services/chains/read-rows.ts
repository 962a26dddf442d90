import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { auditAt } from "../../db/reads/chains.ts";
import { RENAME_CAUSE } from "../../db/reads/lineage.ts";
import {
  audit,
  auditSkus,
  overrides,
  priceLedger,
  products,
  proposals,
  skuRenames,
} from "../../db/schema.ts";
import type { DecidedProposal } from "../../domain/ledger/facts.ts";

/** JSON columns come as text: a spoilt row must be found, not fail the query. */
const PROPOSAL_COLUMNS = {
  id: proposals.id,
  sku: proposals.sku,
  status: proposals.status,
  from: proposals.from,
  to: proposals.to,
  note: proposals.note,
  decidedBy: proposals.decidedBy,
  decidedAt: proposals.decidedAt,
  effectiveAt: proposals.effectiveAt,
  until: proposals.until,
  undoneAt: proposals.undoneAt,
  ledgerSeq: proposals.ledgerSeq,
  approvals: sql<string>`${proposals.approvals}`,
  isJson: sql<number>`json_valid(${proposals.approvals}) AND json_valid(${proposals.expected})
    AND json_valid(${proposals.explanation}) AND json_valid(${proposals.riskReasons})`,
};

/** A batch answers rows by name: two columns of one name would be one. */
const ENTRY_SKU = sql<string | null>`${priceLedger.sku}`.as("entry_sku");

const LEDGER_COLUMNS = {
  seq: priceLedger.seq,
  sku: ENTRY_SKU,
  from: sql<number | null>`${priceLedger.from}`.as("entry_from"),
  to: sql<number>`${priceLedger.to}`.as("entry_to"),
  causeKind: priceLedger.causeKind,
  causeId: priceLedger.causeId,
};

/** Proposals by id. */
export function proposalsById(db: Database, ids: readonly string[]) {
  return db.select(PROPOSAL_COLUMNS).from(proposals).where(isAmong(proposals.id, ids));
}

/** A page of proposals in the order of their ids, each with the ledger entry that it names, and their audit entries. */
export async function readProposals(db: Database, after: string, limit: number) {
  const page = db
    .select({ at: proposals.decidedAt, undoneAt: proposals.undoneAt, approvals: proposals.approvals })
    .from(proposals)
    .where(gt(proposals.id, after))
    .orderBy(asc(proposals.id))
    .limit(limit);
  const approvals = sql`json_each(CASE WHEN json_valid(page.approvals) THEN page.approvals ELSE '[]' END)`;
  const instants = sql`SELECT page.decided_at FROM ${page} AS page
    UNION SELECT page.undone_at FROM ${page} AS page
    UNION SELECT value ->> 'at' FROM ${page} AS page, ${approvals}`;
  const [rows, entries] = await db.batch([
    db
      .select({ row: PROPOSAL_COLUMNS, ledger: LEDGER_COLUMNS })
      .from(proposals)
      .leftJoin(priceLedger, eq(priceLedger.seq, proposals.ledgerSeq))
      .where(gt(proposals.id, after))
      .orderBy(asc(proposals.id))
      .limit(limit),
    auditAt(db, instants),
  ]);
  return { rows, entries };
}

type RawProposal = Awaited<ReturnType<typeof proposalsById>>[number];

/** The row to compare, or null if its JSON is spoilt. */
export function decidedProposal({ approvals, isJson, ...row }: RawProposal): DecidedProposal | null {
  if (!isJson) return null;
  const given: unknown = JSON.parse(approvals);
  return Array.isArray(given) ? { ...row, approvals: given } : null;
}

/** Overrides by id. */
export function overridesById(db: Database, ids: readonly string[]) {
  return db.select().from(overrides).where(isAmong(overrides.id, ids));
}

/** A page of overrides in the order of their ids, and the audit entries of the instants that they name. */
export async function readOverridePage(db: Database, after: string, limit: number) {
  const page = db
    .select()
    .from(overrides)
    .where(gt(overrides.id, after))
    .orderBy(asc(overrides.id))
    .limit(limit);
  const instants = sql`SELECT created_at FROM ${page} UNION SELECT ended_at FROM ${page}`;
  const [rows, entries] = await db.batch([page, auditAt(db, instants)]);
  return { rows, entries };
}

/** A product whose served price is not the one of its newest ledger entry; minor units. */
export interface DeniedPrice {
  sku: string;
  price: number;
  /** the entry that the product names, and what that one says; null where there is none */
  seq: number;
  entrySku: string | null;
  to: number | null;
  /** 1: there is an entry after it */
  later: number;
  /** 1: neither the ledger nor an import gave it its base price */
  baseDenied: number;
}

const ofImport = (column: "at" | "to_price") => sql`(SELECT own.${sql.raw(column)} FROM ${priceLedger} AS own
  WHERE own.sku = ${products.sku} AND own.cause_kind = 'import' ORDER BY own.at DESC, own.seq DESC LIMIT 1)`;

/**
 * Whether a base price is neither that of the SKU's newest ledger entry of an import, nor what an import has changed it to
 * since, as under an override. Where the ledger no longer has, or never had, such an entry of the SKU, nothing is said.
 */
const BASE_DENIED = sql<number>`(NOT (${priceLedger.causeKind} = 'import' AND ${products.basePrice} = ${priceLedger.to})
  AND ${products.basePrice} <> ${ofImport("to_price")}
  AND NOT EXISTS (SELECT 1 FROM ${auditSkus} AS named JOIN ${audit} AS entry ON entry.seq = named.seq
    WHERE named.sku = ${products.sku} AND entry.action = 'products.import' AND entry.at >= ${ofImport("at")}
      AND json_valid(entry.detail)
      AND EXISTS (SELECT 1 FROM json_each(entry.detail, '$.changes') AS change
        WHERE change.value ->> 'sku' = ${products.sku}
          AND change.value -> 'after' ->> 'basePrice' = ${products.basePrice})))`;

/**
 * A page of SKUs, and the first of their products whose price the ledger does not account for. A later entry is at the
 * same instant or after: no change of a SKU's price is before the one before it.
 */
export async function deniedPrices(
  db: Database,
  after: string,
  limit: number,
): Promise<{ skus: string[]; denied: DeniedPrice | null }> {
  const page = db.select({ sku: products.sku }).from(products).where(gt(products.sku, after));
  const inOrder = page.orderBy(asc(products.sku)).limit(limit);
  const later = sql<number>`EXISTS (SELECT 1 FROM ${priceLedger} AS later WHERE later.sku = ${products.sku}
    AND later.at >= ${products.priceSince} AND later.seq > ${products.priceSeq})`;
  const differs = sql`(${priceLedger.seq} IS NULL OR ${priceLedger.sku} IS NOT ${products.sku}
    OR ${priceLedger.to} IS NOT ${products.price} OR ${priceLedger.currency} IS NOT ${products.currency}
    OR ${priceLedger.source} IS NOT ${products.priceSource} OR ${priceLedger.at} IS NOT ${products.priceSince}
    OR ${later} OR ${BASE_DENIED})`;
  const { sku, price, priceSeq: seq } = products;
  const [skus, [denied = null]] = await db.batch([
    inOrder,
    db
      .select({ sku, price, seq, entrySku: ENTRY_SKU, to: priceLedger.to, later, baseDenied: BASE_DENIED })
      .from(products)
      .leftJoin(priceLedger, eq(priceLedger.seq, products.priceSeq))
      .where(and(inArray(products.sku, inOrder), differs))
      .orderBy(asc(products.sku))
      .limit(1),
  ]);
  return { skus: skus.map((row) => row.sku), denied };
}

/** Those of the SKUs that are in the catalogue, or were until the ledger says that their product got another one. */
export async function knownSkus(db: Database, skus: readonly string[]): Promise<Set<string>> {
  const [rows, former] = await db.batch([
    db.select({ sku: products.sku }).from(products).where(isAmong(products.sku, skus)),
    db
      .select({ sku: skuRenames.alias })
      .from(skuRenames)
      .innerJoin(priceLedger, linksSkus())
      .innerJoin(products, eq(products.sku, skuRenames.sku))
      .where(isAmong(skuRenames.alias, skus)),
  ]);
  return new Set([...rows, ...former].map(({ sku }) => sku));
}

function linksSkus() {
  const { seq, causeKind, causeId } = priceLedger;
  return and(eq(seq, skuRenames.seq), eq(causeKind, RENAME_CAUSE), eq(causeId, skuRenames.alias));
}

/** The SKUs that products had before, as the ledger says it, by the one that they have now. */
export async function formerSkus(db: Database, skus: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await db
    .select({ sku: skuRenames.sku, alias: skuRenames.alias })
    .from(skuRenames)
    .innerJoin(priceLedger, linksSkus())
    .where(isAmong(skuRenames.sku, skus));
  const bySku = Map.groupBy(rows, ({ sku }) => sku);
  return new Map([...bySku].map(([sku, group]) => [sku, new Set(group.map(({ alias }) => alias))]));
}
