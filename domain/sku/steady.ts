import type { ShardSettings } from "../messages/shard.ts";
import { freshMs, type MarketView } from "../signals/market-view.ts";
import { isAboutShop } from "../signals/table.ts";
import type { CompetitorState, SkuState } from "./state.ts";

/**
 * Whether one more observation of this competitor that repeats its price and availability can change no signal. None is
 * open that it keeps up or lets clear; and none can open, for all that a repeated price may open depends on our side, the
 * settings and the fresh offers, and these are as they were when this competitor was last looked at. `clock`: event time
 * of the observation, ms.
 */
export function isSteady(
  sku: SkuState,
  { competitor, steady, held, rate }: CompetitorState,
  clock: number,
  settings: ShardSettings,
): boolean {
  if (steady === null || steady !== sku.steady) return false;
  // a converted price may move by its rate
  if (rate !== null) return false;
  if (steady.settings !== settings || clock > steady.until || held.length > 0) return false;
  for (const { state } of sku.signals) {
    if (state.status !== "open") continue;
    if (state.competitor === null ? !isAboutShop(state.type) : state.competitor === competitor) return false;
  }
  return true;
}

/** Notes that the signals were looked at for an observation of `competitor`. */
export function noteSteady(
  sku: SkuState,
  { offers, clock }: Pick<MarketView, "offers" | "clock">,
  competitor: string,
  settings: ShardSettings,
): void {
  let until = Number.POSITIVE_INFINITY;
  let isSeen = false;
  for (const offer of offers) {
    until = Math.min(until, offer.observedAt + freshMs(settings, offer.competitor));
    isSeen ||= offer.competitor === competitor;
  }
  const { steady } = sku;
  // once an offer has gone stale, each of the others is looked at anew
  if (steady === null || steady.settings !== settings || clock > steady.until)
    sku.steady = { settings, until };
  else steady.until = until;
  const state = sku.competitors.get(competitor);
  if (state !== undefined) state.steady = isSeen ? sku.steady : null;
}
