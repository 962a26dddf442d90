import { foldHistory, isGrown, type ShedObservation, withShed } from "./competitors/history.ts";
import type { DemandDays } from "./demand/demand-days.ts";
import type { OlderState, SkuState } from "./state.ts";

/** Days of demand of a SKU in memory: all that signals look at, and what is corrected now and then. */
const DAYS_IN_MEMORY = 64;
/** Further ones that may gather, so that one write takes many of them to disk. */
const DAYS_MORE = 64;
/** The most that a SKU has in memory for long. */
export const DAYS_IN_MEMORY_MAX = DAYS_IN_MEMORY + DAYS_MORE;
/** Shed observations of a SKU that may gather in memory. */
const SHED_MAX = 64;
/** Shed observations kept of one history: years, for a price that changes every day. */
const SHED_KEPT = 4_096;

/** A SKU with all that is on disk, as one: a copy to read from, and not to be kept. */
export function wholeSku(sku: SkuState): SkuState {
  const older = sku.readOlder?.();
  const competitors = [...sku.competitors].map(([key, state]) => {
    const history = withShed(state.history, older?.shed.get(key));
    return [key, history === state.history ? state : { ...state, history }] as const;
  });
  return { ...sku, competitors: new Map(competitors), demand: sku.demand.whole(), readOlder: null };
}

/** Whether so much has gathered in memory that it should go to disk. */
export function isOverfull({ demand, competitors }: SkuState): boolean {
  if (demand.sizeInMemory > DAYS_IN_MEMORY_MAX) return true;
  let shed = 0;
  for (const { history } of competitors.values()) {
    if (isGrown(history)) return true;
    shed += history.shed.length;
  }
  return shed > SHED_MAX;
}

/** Takes out of memory what is to be on disk only, and answers it together with what is there already. */
export function splitOlder(sku: SkuState): OlderState {
  const shed = new Map<string, readonly ShedObservation[]>(sku.readOlder?.().shed);
  for (const [key, { history }] of sku.competitors) {
    // those that came from another shard are here as a whole
    if (isGrown(history)) foldHistory(history);
    if (history.shed.length === 0) continue;
    shed.set(key, [...(shed.get(key) ?? []), ...history.shed].slice(-SHED_KEPT));
    history.shed = [];
  }
  sku.demand = sku.demand.whole();
  return { shed, demand: sku.demand.split(DAYS_IN_MEMORY) };
}

/** Notes where to read what was taken out. */
export function keepOlder(
  sku: SkuState,
  read: () => OlderState,
  days: { count: number; until: string },
): void {
  sku.readOlder = read;
  sku.demand.older = days.count > 0 ? { ...days, read: (): DemandDays => read().demand } : null;
}
