import type { SkuState } from "./state.ts";

/** What time alone changed is announced again this much later, unless it is known to be projected. */
const TELL_AGAIN_MS = 60_000;

/** A change that no message of a sender's stands behind: nobody but the shard can send it again. */
export interface Untold {
  /** when it was made, ms */
  since: number;
  /** which change it is */
  mark: number;
}

/** Grows with everything of a SKU that time alone can change. */
export function changeMark(sku: SkuState): number {
  let mark = sku.demandVersion;
  for (const { state } of sku.signals) mark += state.version;
  for (const { held } of sku.competitors.values()) for (const { version } of held) mark += version;
  return mark;
}

/** When the SKU is to be announced again, ms; Infinity = all of it is known to be projected. */
export function announceAgainAt({ untold }: SkuState): number {
  return untold === null ? Number.POSITIVE_INFINITY : untold.since + TELL_AGAIN_MS;
}

/** The change of this mark is projected; a later one is still to be told. */
export function markTold(sku: SkuState, mark: number): void {
  if (sku.untold?.mark === mark) sku.untold = null;
}
