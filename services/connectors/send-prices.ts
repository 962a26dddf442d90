import { formatMinor } from "../../domain/base/money.ts";
import { StoreFault } from "../../domain/connectors/exchange.ts";
import { writesPriorPrice } from "../../domain/connectors/options.ts";
import type { PriceToWrite, WriteOutcome } from "../../domain/connectors/store.ts";
import { failureMessage } from "../../domain/delivery/failure.ts";
import type { ListingRecord } from "./listing.ts";
import { priorPrices } from "./prior-prices.ts";
import type { WriteRecord } from "./settle-writes.ts";
import { ask, inParallel, PassOver, type StoreContext, type StoreLink } from "./store-link.ts";

/** A price on its way, and where the store keeps its SKU. */
export interface DueWrite {
  write: WriteRecord;
  listing: ListingRecord;
}

/** What became of one price that was to be sent; `unanswered`: nobody knows whether the store did it. */
export type Sent =
  | { kind: "done"; remotePrice?: string }
  | { kind: "unanswered" | "refused" | "failed"; message: string }
  | { kind: "unsent"; waitMs: number };

/** Sends the prices of these writes. Answers what became of each, by SKU; what was not sent is left out. */
export async function sendPrices(
  ctx: StoreContext,
  link: StoreLink,
  writes: readonly DueWrite[],
): Promise<Map<string, Sent>> {
  const sent = new Map<string, Sent>();
  await sendAll(ctx, link, await toStore(ctx, link, writes), sent);
  return sent;
}

/**
 * Sends prices, and notes what became of each. A request that the store refuses as a whole is cut in two and sent again: one
 * price that it does not take keeps no other from it.
 */
async function sendAll(
  ctx: StoreContext,
  link: StoreLink,
  items: readonly PriceToWrite[],
  sent: Map<string, Sent>,
): Promise<void> {
  const bySku = new Map(items.map((item) => [item.sku, item]));
  await inParallel(link.adapter.write(items), link.adapter.concurrency, async ({ skus, exchange }) => {
    try {
      for (const one of (await ask(ctx, link, exchange)).flat()) sent.set(one.sku, sentOf(one));
    } catch (error) {
      if (error instanceof StoreFault && error.kind === "refused" && skus.length > 1) {
        const half = Math.ceil(skus.length / 2);
        for (const part of [skus.slice(0, half), skus.slice(half)])
          await sendAll(
            ctx,
            link,
            part.map((sku) => bySku.get(sku)!),
            sent,
          );
      } else for (const sku of skus) sent.set(sku, failed(error));
    }
  });
}

function sentOf(outcome: WriteOutcome): Sent {
  if (!outcome.ok) return { kind: outcome.isPassing ? "failed" : "refused", message: outcome.message };
  return outcome.remotePrice === undefined
    ? { kind: "done" }
    : { kind: "done", remotePrice: outcome.remotePrice };
}

function failed(error: unknown): Sent {
  if (error instanceof PassOver) return { kind: "unsent", waitMs: 0 };
  const message = failureMessage(error);
  if (!(error instanceof StoreFault) || error.kind === "passing") return { kind: "unanswered", message };
  if (error.kind === "throttled") return { kind: "unsent", waitMs: error.retryAfterMs ?? 0 };
  return { kind: error.kind === "denied" ? "failed" : "refused", message };
}

async function toStore(
  ctx: StoreContext,
  link: StoreLink,
  claimed: readonly DueWrite[],
): Promise<PriceToWrite[]> {
  const { kind, options } = link.store;
  const lowest = writesPriorPrice(kind, options)
    ? await priorPrices(
        ctx,
        claimed.map(({ write }) => write),
      )
    : new Map<string, number>();
  return claimed.map(({ write, listing }) => {
    const { sku, price, currency, seq, isForced } = write;
    const { remoteId, remoteGroup, remotePrice } = listing;
    const prior = lowest.get(sku);
    return {
      ...{ sku, remoteId, remoteGroup, remotePrice, currency, seq, isForced },
      price: formatMinor(price, currency),
      priorPrice: prior === undefined ? null : formatMinor(prior, currency),
    };
  });
}
