import { MINUTE_MS } from "../../domain/base/time.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { exactOffers } from "../../domain/shard/present.ts";
import { emptyShard } from "../../domain/shard/shard.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import type { Look } from "./inject.ts";

/** What the gate made of one look; `before`: the look of the same competitor before it. */
export interface Judged {
  look: Look;
  before: Look | null;
  quarantined: boolean;
  /** the offer that stands after it carries a match-quality flag */
  flagged: boolean;
}

/**
 * Replays the looks at the competitors of one product of ours through the shard, in order of time, each a minute
 * after it was made.
 */
export function replay(sku: string, ourPrice: number, competitors: readonly (readonly Look[])[]): Judged[] {
  const shard = emptyShard();
  const ours = {
    sku,
    title: sku,
    currency: "EUR",
    price: ourPrice,
    active: true,
    stock: null,
    sensitivity: null,
    version: 1,
  };
  const rows = competitors
    .flatMap((looks, c) =>
      looks.map((look, i) => ({ look, before: looks[i - 1] ?? null, competitor: `rival${c}` })),
    )
    .sort((a, b) => a.look.at - b.look.at);
  return rows.map(({ look, before, competitor }, i) => {
    const { price, at: observedAt } = look;
    const now = observedAt + MINUTE_MS;
    const availability = "in_stock" as const;
    const row = { row: 0, sku, competitor, price, landedPrice: price, availability, observedAt };
    const chunk = {
      kind: "observations" as const,
      chunkId: `s#${i}`,
      source: "s",
      receivedAt: now,
      rows: [row],
    };
    const call = { now, settings: DEFAULT_SETTINGS.signals, products: [ours], chunks: [chunk] };
    const { answer } = takeCall(shard, call);
    const quarantined = answer.verdicts[0]?.verdicts[0]?.verdict === "quarantined";
    return { look, before, quarantined, flagged: look.error !== null && isFlagged() };

    function isFlagged(): boolean {
      const offers = exactOffers(shard.skus[0]!, shard.sources, shard.settings);
      return offers.some((offer) => offer.competitor === competitor && offer.matchQuality !== undefined);
    }
  });
}
