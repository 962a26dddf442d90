import { asc, eq, sql } from "drizzle-orm";
import { bulkUpsert, jsonTable } from "../../db/bulk.ts";
import { readProduct } from "../../db/reads/products.ts";
import { mappings, unmatched } from "../../db/schema.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { InboxPort } from "../ports.ts";
import { storeBatch } from "./accept-batch.ts";
import { type Mapping, plainMapping } from "./mappings.ts";
import { nameOf, type UnmatchedRecord } from "./unmatched.ts";

/** Rows that waited for a mapping, accepted as a batch of the source that posted them. */
interface RemappedBatch {
  batchId: string;
  source: string;
  rows: number;
}

/**
 * Maps a competitor's number or page to a product, and accepts again the rows that waited for it.
 * @throws ProblemError `not_found` if there is no such product, `unavailable` if a batch could not be stored
 */
export async function mapProduct(
  ctx: ServiceContext,
  { inboxes }: { inboxes: Pick<InboxPort, "accept"> },
  given: Mapping,
): Promise<RemappedBatch[]> {
  const mapping = plainMapping(given);
  const { competitor, kind, key, sku, packFactor } = mapping;
  if (!(await readProduct(ctx.db, sku))) throw new ProblemError("not_found", `no product ${sku}`);
  const detail = { competitor, kind, key, ...(packFactor === null ? {} : { packFactor }) };
  await commitChained(ctx, {
    audit: [{ action: "mapping.save", subject: `product:${sku}`, detail }],
    statements: () => bulkUpsert(ctx.d1, mappings, [{ ...mapping, createdAt: ctx.now }]),
  });
  const batches: RemappedBatch[] = [];
  for (const [source, rows] of Map.groupBy(await waitingFor(ctx, mapping), (row) => row.source)) {
    batches.push({ batchId: await acceptAgain(ctx, inboxes, source, rows), source, rows: rows.length });
    await forget(ctx, rows);
  }
  return batches;
}

async function waitingFor(
  { db }: ServiceContext,
  { competitor, kind, key }: Mapping,
): Promise<UnmatchedRecord[]> {
  const named = eq(unmatched.named, nameOf({ competitor, kind, key }));
  return db.select().from(unmatched).where(named).orderBy(asc(unmatched.id));
}

/** The same rows are the same batch, so that a second try changes nothing. */
async function acceptAgain(
  { now }: ServiceContext,
  inboxes: Pick<InboxPort, "accept">,
  source: string,
  waiting: readonly UnmatchedRecord[],
): Promise<string> {
  // a SKU that is none of ours must not stand before the mapping
  const rows = waiting.map(({ row: { sku: _, ...row } }) => row);
  const sha256 = sha256Hex(JSON.stringify(rows));
  const batchId = `mapped_${sha256.slice(0, 24)}`;
  await storeBatch(inboxes, { source, batchId, sha256, kind: "observations", receivedAt: now, rows });
  return batchId;
}

/** Forgets rows that were accepted again, unless they came once more in the meantime. */
async function forget({ db }: ServiceContext, rows: readonly UnmatchedRecord[]): Promise<void> {
  const delivered = jsonTable("delivered", ["id", "lastSeenAt"], rows);
  const isDelivered = sql`(${unmatched.id}, ${unmatched.lastSeenAt}) IN
    (SELECT ${delivered.id}, ${delivered.lastSeenAt} FROM ${delivered.table})`;
  await db.delete(unmatched).where(isDelivered);
}
