import type { z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { Store, StoreListing, StoreWrite } from "../../domain/contract/stores.ts";
import { jobOf } from "../../services/connectors/jobs.ts";
import type { listListings } from "../../services/connectors/list-prices.ts";
import type { WriteRecord } from "../../services/connectors/settle-writes.ts";
import type { StoreCounts, StoreRecord } from "../../services/connectors/stores.ts";
import { given } from "./given.ts";

const instant = (ms: number | null) => (ms === null ? null : iso(ms));

export function presentStore(store: StoreRecord, counts: StoreCounts): z.infer<typeof Store> {
  const { id, name, kind, mode, options, importMinutes, checkMinutes, lastOkAt, lastError } = store;
  const isNew = lastOkAt === null && lastError === null;
  const job = jobOf(store);
  return {
    ...{
      id,
      name,
      kind,
      mode,
      options,
      importMinutes,
      checkMinutes,
      createdAt: iso(store.createdAt),
      ...counts,
    },
    status: isNew ? "new" : lastError !== null || counts.edited + counts.unconfirmed > 0 ? "trouble" : "ok",
    ...given({
      lastError,
      lastOkAt: instant(lastOkAt),
      lastErrorAt: instant(store.lastErrorAt),
      importedAt: instant(store.importedAt),
      checkedAt: instant(store.checkedAt),
      job: job && {
        ...{ steps: job.steps, dryRun: job.dryRun, by: job.by, startedAt: iso(job.startedAt) },
        ...{ counts: job.counts, problems: job.problems },
        ...given({ finishedAt: instant(job.finishedAt), error: job.error }),
      },
    }),
  };
}

type ListedListing = Awaited<ReturnType<typeof listListings>>["rows"][number];

export function presentListing(
  { listing, title, price }: Pick<ListedListing, "listing" | "title" | "price">,
  write: WriteRecord | undefined,
): z.infer<typeof StoreListing> {
  const { sku, currency, editedPrice, editedAt } = listing;
  const amount = (minor: number | null) => (minor === null ? null : formatMinor(minor, currency));
  const edited =
    editedPrice === null || editedAt === null ? null : { price: amount(editedPrice)!, at: iso(editedAt) };
  return {
    ...{ sku, title, currency, price: amount(price)!, readAt: iso(listing.readAt) },
    ...given({
      storePrice: amount(listing.price),
      edited,
      write: write ? { state: write.state, seq: write.seq, ...given({ reason: write.reason }) } : null,
    }),
  };
}

export function presentWrite(write: WriteRecord): z.infer<typeof StoreWrite> {
  const { seq, sku, price, currency, state, attempts, readPrice, createdAt } = write;
  return {
    ...{
      seq,
      sku,
      price: formatMinor(price, currency),
      currency,
      state,
      attempts,
      createdAt: iso(createdAt),
    },
    ...given({
      sentAt: instant(write.sentAt),
      settledAt: instant(write.settledAt),
      nextAt: state === "waiting" && attempts > 0 ? iso(write.nextAt) : null,
      readPrice: readPrice === null ? null : formatMinor(readPrice, currency),
      reason: write.reason,
    }),
  };
}
