import { and, eq } from "drizzle-orm";
import { isAmong, jsonTable } from "../../db/bulk.ts";
import { storeListings, storeWrites } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { formatMinor, formatMoney } from "../../domain/base/money.ts";
import type { SignalState } from "../../domain/messages/present.ts";
import { signalStatements } from "../ingest/project-signals.ts";
import { publishSignals } from "../ingest/publish-signals.ts";
import { resolveSignals } from "../signals/resolve-signals.ts";
import { isWriteTo, type ListingRecord, type SeenPrice } from "./listing.ts";
import type { StoreContext, StoreLink } from "./store-link.ts";

/** A change by this share is as serious as one can be. */
const SEVERE_CHANGE = 0.3;

/**
 * Shows people the prices that somebody else put into the store, one signal each, and ends those that are gone again: the
 * price is what we know or want, so that nothing is left to decide.
 */
export async function noteEdits(
  ctx: StoreContext,
  link: StoreLink,
  listings: readonly ListingRecord[],
  seen: ReadonlyMap<string, SeenPrice>,
): Promise<void> {
  const edited = listings.flatMap((listing) => {
    const one = seen.get(listing.sku);
    const isNew = one?.verdict === "edited" && listing.editedPrice !== one.read;
    return isNew ? [{ listing, price: one.read!, note: one.note }] : [];
  });
  const over = listings.filter(({ sku, editedAt }) => {
    const verdict = seen.get(sku)?.verdict;
    return editedAt !== null && (verdict === "as_wanted" || verdict === "as_known");
  });
  if (edited.length + over.length === 0) return;
  const now = ctx.clock();
  const opened = edited.map(({ listing, price, note }) => signalOf(ctx, link, listing, price, note, now));
  const marks = edited.map(({ listing: { sku }, price }, i) => ({
    sku,
    price,
    at: now,
    signalId: opened[i]!.id,
  }));
  await commitBatch(ctx.d1, [
    ...signalStatements(ctx.d1, opened),
    ...endEdits(ctx, link.store.id, over, now),
    ...markStatements(ctx, link.store.id, marks),
  ]);
  await publishSignals(ctx.ports.live, opened);
}

/** Nothing is left to decide: the signals are over, and prices that waited for a person go on their way. */
function endEdits(ctx: StoreContext, storeId: string, over: readonly ListingRecord[], now: number) {
  if (over.length === 0) return [];
  const ended = over.map(({ sku }) => ({ sku, price: null, at: null, signalId: null }));
  return [
    releaseHeld(
      ctx,
      storeId,
      over.map(({ sku }) => sku),
      now,
    ),
    resolveSignals(
      ctx,
      over.flatMap(({ signalId }) => signalId ?? []),
      now,
    ),
    ...markStatements(ctx, storeId, ended),
  ];
}

type Mark = { sku: string; price: number | null; at: number | null; signalId: string | null };

/** Sets or clears what is known of other people's prices. */
function markStatements(
  { d1, db }: Pick<StoreContext, "d1" | "db">,
  storeId: string,
  marks: readonly Mark[],
) {
  if (marks.length === 0) return [];
  const rows = marks.map((mark) => ({ storeId, ...mark }));
  const to = jsonTable("marks", ["storeId", "sku", "price", "at", "signalId"], rows);
  return [
    prepare(
      d1,
      db
        .update(storeListings)
        .set({ editedPrice: to.price, editedAt: to.at, signalId: to.signalId })
        .from(to.table)
        .where(and(eq(storeListings.storeId, to.storeId), eq(storeListings.sku, to.sku))),
    ),
  ];
}

/** Prices that waited for a person go on their way again. */
function releaseHeld(
  { d1, db }: StoreContext,
  storeId: string,
  skus: readonly string[],
  now: number,
): D1PreparedStatement {
  const isHeld = and(...[isWriteTo(storeId), isAmong(storeWrites.sku, skus), eq(storeWrites.state, "held")]);
  const again = { state: "waiting", nextAt: now, attempts: 0, settledAt: null, reason: null } as const;
  return prepare(d1, db.update(storeWrites).set(again).where(isHeld));
}

function signalOf(
  ctx: StoreContext,
  { store, currency }: StoreLink,
  { sku, price: known, signalId }: ListingRecord,
  price: number,
  note: string | null,
  now: number,
): SignalState {
  const share = known === null || known === 0 ? 1 : Math.abs(price - known) / known;
  const before = known === null ? "" : `; it was ${formatMoney(known, currency)}`;
  return {
    ...{
      id: signalId ?? ctx.newId("sig"),
      sku,
      competitor: null,
      type: "STORE_PRICE_CHANGED",
      status: "open",
    },
    ...{ priority: 2, severity: Math.min(1, share / SEVERE_CHANGE), confidence: 1 },
    message: `${store.name} shows ${formatMoney(price, currency)}, which we did not put there${before}${note ? ` (${note})` : ""}.`,
    evidence: {
      ...{ store: store.id, currency, storePrice: formatMinor(price, currency) },
      knownPrice: known === null ? null : formatMinor(known, currency),
    },
    ...{
      openedAt: now,
      updatedAt: now,
      resolvedAt: null,
      version: now,
      notice: { at: now, why: "opened", severity: share },
    },
  };
}
