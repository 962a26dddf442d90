import { and, eq, inArray, sql } from "drizzle-orm";
import { jsonTable } from "../../db/bulk.ts";
import { storeListings, storeWrites } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { retryWaitMs, WRITE_TRIES } from "../../domain/connectors/pace.ts";
import type { StoreWriteState } from "../../domain/messages/names.ts";
import type { StoreContext } from "./store-link.ts";

export type WriteRecord = typeof storeWrites.$inferSelect;

/** What became of a price on its way. */
export interface Settled {
  write: Pick<WriteRecord, "seq" | "sku">;
  state: StoreWriteState;
  /** what the store showed, minor units; null = it was not read, or has none */
  readPrice: number | null;
  reason: string | null;
  /** of one that is tried again */
  attempts?: number;
  nextAt?: number;
  /** a request got no answer: it may still arrive */
  isUnanswered?: boolean;
}

/** A request that got no answer is taken to have arrived or not after this time: the price is then read once more. */
const LATE_MS = MINUTE_MS;

/** The price is tried again later, or given up after too many tries. Only a request that may have reached the store is one. */
export function triedAgain(
  { clock }: Pick<StoreContext, "clock">,
  write: WriteRecord,
  { isTry, reason, waitMs = 0 }: { isTry: boolean; reason: string | null; waitMs?: number },
): Settled {
  const attempts = write.attempts + (isTry ? 1 : 0);
  const common = { write, readPrice: null, reason, attempts };
  if (isTry && attempts >= WRITE_TRIES) return { ...common, state: "unconfirmed" };
  return { ...common, state: "waiting", nextAt: clock() + (isTry ? retryWaitMs(attempts) : waitMs) };
}

/** Rows of one parameter: each with its reason, far under what a parameter may hold. */
const PART = 2_000;

/**
 * Writes down what became of prices; those that a newer one has superseded meanwhile stay so.
 *
 * @param remotePrices ids that the store gave to prices
 */
export async function settleWrites(
  ctx: StoreContext,
  storeId: string,
  settled: readonly Settled[],
  remotePrices: readonly { sku: string; remotePrice: string }[] = [],
): Promise<void> {
  for (let from = 0; from < Math.max(settled.length, remotePrices.length); from += PART) {
    const part = <T>(rows: readonly T[]) => rows.slice(from, from + PART);
    await settlePart(ctx, storeId, part(settled), part(remotePrices));
  }
}

async function settlePart(
  { d1, db, clock }: StoreContext,
  storeId: string,
  settled: readonly Settled[],
  remotePrices: readonly { sku: string; remotePrice: string }[],
): Promise<void> {
  const now = clock();
  const rows = settled.map(
    ({ write, state, readPrice, reason, attempts = null, nextAt = null, isUnanswered }) => ({
      ...{ storeId, seq: write.seq, sku: write.sku, state, readPrice, reason, attempts, nextAt },
      settledAt: state === "waiting" ? null : now,
      unansweredAt: isUnanswered === true ? now : null,
    }),
  );
  const to = jsonTable(
    "settled",
    ["storeId", "seq", "state", "readPrice", "reason", "attempts", "nextAt", "settledAt", "unansweredAt"],
    rows,
  );
  const isStill = and(
    // the whole key is the rows' own: each finds its one row
    ...[eq(storeWrites.storeId, to.storeId), eq(storeWrites.seq, to.seq)],
    inArray(storeWrites.state, ["waiting", "sent"]),
  );
  const statements = [
    ...(rows.length > 0
      ? [
          prepare(
            d1,
            db
              .update(storeWrites)
              .set({
                ...{ state: to.state, reason: to.reason, settledAt: to.settledAt },
                readPrice: sql`coalesce(${to.readPrice}, ${storeWrites.readPrice})`,
                attempts: sql`coalesce(${to.attempts}, ${storeWrites.attempts})`,
                nextAt: sql`coalesce(${to.nextAt}, ${storeWrites.nextAt})`,
                unansweredAt: sql`coalesce(${to.unansweredAt}, ${storeWrites.unansweredAt})`,
              })
              .from(to.table)
              .where(isStill),
          ),
        ]
      : []),
    ...listingStatements(
      d1,
      db,
      rows
        .filter(({ unansweredAt }) => unansweredAt !== null)
        .map(({ sku }) => ({ storeId, sku, at: now + LATE_MS })),
      remotePrices.map((one) => ({ storeId, ...one })),
    ),
  ];
  if (statements.length > 0) await commitBatch(d1, statements);
}

function listingStatements(
  d1: D1Database,
  db: StoreContext["db"],
  rechecks: readonly { storeId: string; sku: string; at: number }[],
  remotePrices: readonly { storeId: string; sku: string; remotePrice: string }[],
): D1PreparedStatement[] {
  const again = jsonTable("again", ["storeId", "sku", "at"], rechecks);
  const ids = jsonTable("ids", ["storeId", "sku", "remotePrice"], remotePrices);
  return [
    ...(rechecks.length > 0
      ? [
          prepare(
            d1,
            db
              .update(storeListings)
              .set({ recheckAt: again.at })
              .from(again.table)
              .where(and(eq(storeListings.storeId, again.storeId), eq(storeListings.sku, again.sku))),
          ),
        ]
      : []),
    ...(remotePrices.length > 0
      ? [
          prepare(
            d1,
            db
              .update(storeListings)
              .set({ remotePrice: ids.remotePrice })
              .from(ids.table)
              .where(and(eq(storeListings.storeId, ids.storeId), eq(storeListings.sku, ids.sku))),
          ),
        ]
      : []),
  ];
}
