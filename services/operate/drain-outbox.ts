import { database } from "../../db/database.ts";
import { wakeStores } from "../connectors/wake-stores.ts";
import type { Ports } from "../ports.ts";
import { priceNews } from "../pricing/price-news.ts";
import { sendOurs } from "../queues.ts";
import { claimOutbox } from "./claim-outbox.ts";

/** Sends what the outbox holds, oldest first, until nothing is due, publishes the prices that changed, and lets
 * the stores look for theirs. */
export async function drainOutbox(
  d1: D1Database,
  { queues, live, stores }: Pick<Ports, "queues" | "live" | "stores">,
  now: number,
): Promise<void> {
  for (let sent = 0; ; sent++) {
    const rows = await claimOutbox({ db: database(d1), now });
    if (rows.length === 0) {
      if (sent > 0) await wakeStores(d1, stores);
      return;
    }
    await sendOurs(
      queues,
      rows.map(({ id, skus }) => ({ outboxId: id, skus })),
    );
    try {
      await live.publish(await priceNews(d1, rows));
    } catch (error) {
      // best effort: whoever misses a frame reads the lists
      console.warn({ event: "live.prices_not_read", error: String(error) });
    }
  }
}
