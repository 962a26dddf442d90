import type { ShardSettings } from "../messages/shard.ts";
import { levelAt, type PriceLevel } from "./competitors/history.ts";
import { competitorOf, marketplaceHistory, sellersOf } from "./sellers.ts";
import type { Move } from "./signals/definition.ts";
import { type CompetitorState, type SkuState, stateKey } from "./state.ts";

/** What an observation changed of its competitor's offer; on a marketplace, of whichever seller is leading. */
export function moveOf(
  sku: SkuState,
  state: CompetitorState,
  before: PriceLevel | null,
  row: PriceLevel,
  settings: ShardSettings,
): Move {
  const competitor = competitorOf(state.competitor, settings);
  const key = stateKey(state.competitor, state.seller);
  const states = sellersOf(sku, competitor, settings);
  if (states.length < 2) return { competitor, key, ...changeOf(before, row) };
  const history = marketplaceHistory({ competitor, states }, settings);
  const last = history.count - 1;
  return {
    competitor,
    key,
    ...changeOf(last < 1 ? null : levelAt(history, last - 1), levelAt(history, last)),
  };
}

function changeOf(before: PriceLevel | null, row: PriceLevel): Omit<Move, "competitor" | "key"> {
  const converted = row.listed !== undefined;
  if (before === null) return { price: "first", restocked: false, converted };
  const restocked = before.availability !== row.availability;
  const isForeign = row.listed !== undefined && before.listed !== undefined;
  const change = isForeign ? row.listed! - before.listed! : row.landedPrice - before.landedPrice;
  if (change === 0) return { price: "same", restocked, converted };
  return { price: change < 0 ? "cut" : "rise", restocked, converted };
}
