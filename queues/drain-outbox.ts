import type { Env } from "../db/env.ts";
import { liveFeed } from "../durable/stubs.ts";
import { claimOutbox, type OutboxRow } from "../services/operate/claim-outbox.ts";
import { priceNews } from "../services/pricing/price-news.ts";
import { sendOurs } from "./send.ts";

/** Sends what the outbox holds, oldest first, until nothing is due, and tells dashboards of changed prices. */
export async function drainOutbox(env: Env, now: number): Promise<void> {
  for (;;) {
    const rows = await claimOutbox({ d1: env.DB, now });
    if (rows.length === 0) return;
    await sendOurs(
      env,
      rows.map(({ id, skus }) => ({ outboxId: id, skus })),
    );
    await tellPrices(env, rows);
  }
}

/** Best effort: whoever misses a frame reads the lists. */
async function tellPrices(env: Env, rows: readonly OutboxRow[]): Promise<void> {
  try {
    const items = await priceNews(env.DB, rows);
    if (items.length > 0) await liveFeed(env).publish(items);
  } catch (error) {
    console.warn({ event: "live.publish_failed", error: String(error) });
  }
}
