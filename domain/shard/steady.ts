import type { ShardSettings } from "../messages/shard.ts";
import { offerFreshMs } from "../settings/freshness.ts";
import { competitorOf } from "./sellers.ts";
import type { Move } from "./signals/definition.ts";
import type { MarketView } from "./signals/market-view.ts";
import { isAboutShop } from "./signals/table.ts";
import type { CompetitorState, SkuState } from "./state.ts";

/**
 * Whether an observation that only repeats this competitor's price and availability cannot change any signal, so that
 * evaluating them would be wasted. That is so if no open signal depends on this competitor, and if nothing that could
 * open one (our product, the settings, which offers are fresh) has changed since this competitor's signals were last
 * evaluated. `clock`: event time of the observation, ms.
 */
export function isSteady(
  sku: SkuState,
  { competitor, steady, quarantine, rate }: CompetitorState,
  clock: number,
  settings: ShardSettings,
): boolean {
  if (steady === null || steady !== sku.steady) return false;
  // a converted price may move by its rate
  if (rate !== null) return false;
  if (steady.settings !== settings || clock > steady.until || quarantine.length > 0) return false;
  const named = competitorOf(competitor, settings);
  for (const { state } of sku.signals) {
    if (state.status !== "open") continue;
    if (state.competitor === null ? !isAboutShop(state.type) : state.competitor === named) return false;
  }
  return true;
}

/** Notes that the signals have just been evaluated for an observation of `competitor`. */
export function noteSteady(
  sku: SkuState,
  { offers, clock }: Pick<MarketView, "offers" | "clock">,
  { competitor, key }: Pick<Move, "competitor" | "key">,
  settings: ShardSettings,
): void {
  let until = Number.POSITIVE_INFINITY;
  let isSeen = false;
  for (const offer of offers) {
    until = Math.min(until, offer.observedAt + offerFreshMs(offer.competitor, settings));
    isSeen ||= offer.competitor === competitor;
  }
  const { steady } = sku;
  // an offer has gone stale: what was noted for the other competitors no longer holds
  if (steady === null || steady.settings !== settings || clock > steady.until)
    sku.steady = { settings, until };
  else steady.until = until;
  const state = sku.competitors.get(key);
  if (state !== undefined) state.steady = isSeen ? sku.steady : null;
}
