import { MINUTE_MS } from "../base/time.ts";
import type { SkuPresent } from "../messages/present.ts";

/** Versions of one epoch: more than a SKU can have changes. */
export const EPOCH_VERSIONS = 2 ** 28;

/** Epochs count the minutes from here on: with the versions of one they fit 53 bits until 2083. */
const EPOCHS_FROM = Date.UTC(2020, 0, 1);

/** The epoch of an object that is made at an instant (ms): that of every object before it is smaller. */
export function epochAt(now: number): number {
  return Math.max(1, Math.floor((now - EPOCHS_FROM) / MINUTE_MS));
}

/**
 * The lowest version of an epoch. An object that begins with nothing counts from 1 again, so its epoch stands in the high
 * bits of every version that it gives: what the object before it projected is never newer.
 */
export function firstVersion(epoch: number): number {
  return epoch * EPOCH_VERSIONS;
}

/** A SKU's present state with versions of the epoch. */
export function inEpoch(present: SkuPresent, epoch: number): SkuPresent {
  if (epoch === 0) return present;
  const raised = <T extends { version: number }>(states: readonly T[]): T[] =>
    states.map((state) => ({ ...state, version: state.version + firstVersion(epoch) }));
  const { stock, aggregates, quarantine } = present;
  return {
    ...present,
    offers: raised(present.offers),
    signals: raised(present.signals),
    demandDays: raised(present.demandDays),
    ...(stock && { stock: { ...raised([stock])[0]!, warehouses: raised(stock.warehouses) } }),
    ...(aggregates && { aggregates: raised(aggregates) }),
    ...(quarantine && { quarantine: raised(quarantine) }),
  };
}
