import { countEvent, noteId } from "../demand/activity.ts";
import { countersOf } from "../demand/counters.ts";
import type { EventRow } from "../messages/rows.ts";
import type { ShardSettings } from "../messages/shard.ts";
import { civilDay } from "../time/civil-day.ts";
import { evaluateSignals, nextDueAt } from "./evaluate.ts";
import { updateDay } from "./shop-days.ts";
import { emptyShop } from "./shop-state.ts";
import type { SkuState } from "./state.ts";

/**
 * taken: counted now · again: this very row was counted before · duplicate: another row with this id was · too_late:
 * older than ids are kept
 */
export type EventOutcome = "taken" | "again" | "duplicate" | "too_late";

/** Counts an event of the shop, if its id is new. Units are units sold; a refund is counted apart, and takes none back. */
export function takeEvent(
  sku: SkuState,
  row: EventRow,
  origin: { receivedAt: number; tag: number },
  context: { now: number; settings: ShardSettings },
): EventOutcome {
  const { now, settings } = context;
  const timeZone = settings.timeZone ?? "UTC";
  // kept only once something is taken: what is refused leaves nothing behind, since it is not stored either
  const shop = sku.shop ?? emptyShop();
  const { activity } = shop;
  const clock = { now, receivedAt: origin.receivedAt, eventHours: settings.eventHours };
  const noted = noteId(activity, row.event, { at: row.at, tag: origin.tag }, clock);
  if (noted !== "new") return noted;
  sku.shop = shop;
  const day = civilDay(row.at, timeZone);
  const counters = countersOf(row, row.price ?? sku.ours?.price ?? 0);
  countEvent(activity, counters, { at: row.at, day, device: row.device }, timeZone);
  updateDay(sku, day, { now, timeZone }, row.type === "purchase");
  if (row.type === "purchase")
    evaluateSignals(sku, { now, settings, clock: Math.max(sku.clock, Math.min(row.at, now)) }, "shop");
  else sku.dueAt = nextDueAt(sku, settings);
  return "taken";
}
