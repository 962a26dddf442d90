import { DAY_MS, dayNumber, dayOfNumber, dayStart, HOUR_MS } from "../../base/time.ts";
import type { Device } from "../../messages/rows.ts";
import { addCounters, type Counters, emptyCounters } from "./counters.ts";

export const BUCKET_MS = 300_000;
/** How long five-minute buckets are kept: a little longer than the longest window of the demand scan. */
const BUCKETS_KEPT_MS = 26 * HOUR_MS;
/**
 * Ids are kept longer than events may be late: so that a late redelivery gets the verdict that it had, and so that a
 * civil day of 25 hours is still whole when its last late event has come and the sessions of it are counted.
 */
export const IDS_SLACK_MS = 36 * HOUR_MS;
const PRUNE_EVERY_MS = HOUR_MS;

/** From when on (ms) the ids of all events are certain to be known still, with who did it. */
export function idsKnownFrom(now: number, eventHours: number): number {
  return now - eventHours * HOUR_MS - IDS_SLACK_MS + PRUNE_EVERY_MS;
}

/** Days kept with their hours; D1 keeps them for good. */
const DAYS_KEPT_MS = 9 * DAY_MS;

/** A civil day as its events are counted. Times in ms. */
export interface ActivityDay {
  start: number;
  end: number;
  /** by hours since the day began */
  hours: Map<number, Counters>;
  devices: Map<Device, Counters>;
  /** when it was last given for projection; 0 = never */
  projectedAt: number;
  /** since when a change has waited for its projection; null = none waits */
  waitingSince: number | null;
  /** its end has passed and its in-stock share is final */
  closed: boolean;
}

/** An id that was counted: its event's time (ms), and the tag of the row that brought it. */
export interface CountedId {
  at: number;
  tag: number;
  /** the session and what it did, see `visitKind`; absent for stock events */
  visitor?: number;
  kind?: number;
}

/** What shoppers did with a SKU lately, counted once per event id. */
export interface ShopActivity {
  /** by 52-bit hash of the id */
  ids: Map<number, CountedId>;
  /** ids of events before it are forgotten, ms */
  forgottenBefore: number;
  prunedAt: number;
  /** by number of the five minutes since 1970 */
  buckets: Map<number, Counters>;
  days: Map<string, ActivityDay>;
  /** times of the earliest and the newest event, ms; 0 = none */
  firstAt: number;
  lastAt: number;
}

export function emptyActivity(): ShopActivity {
  return {
    ids: new Map(),
    forgottenBefore: 0,
    prunedAt: 0,
    buckets: new Map(),
    days: new Map(),
    firstAt: 0,
    lastAt: 0,
  };
}

/** The call's clock and when the row's batch was received (ms), and how late an event may come. */
export interface EventClock {
  now: number;
  receivedAt: number;
  eventHours: number;
}

/**
 * Notes an id as counted. Whether an event is late depends on its receipt, not on when it is delivered again.
 * new: it was not counted before · again: this very row brought it before · duplicate: another row did ·
 * too_late: the event is older than ids are kept, so a duplicate could not be recognised
 */
export function noteId(
  activity: ShopActivity,
  event: number,
  seen: CountedId,
  clock: EventClock,
): "new" | "again" | "duplicate" | "too_late" {
  prune(activity, clock);
  // checked first, since this does not depend on what else has come by now
  if (seen.at < clock.receivedAt - clock.eventHours * HOUR_MS) return "too_late";
  const known = activity.ids.get(event);
  if (known) return known.tag === seen.tag ? "again" : "duplicate";
  if (seen.at < activity.forgottenBefore) return "too_late";
  activity.ids.set(event, seen);
  return "new";
}

/** Adds an event's counts to its bucket, its hour and its device. Answers the day. */
export function countEvent(
  activity: ShopActivity,
  counters: Counters,
  event: { at: number; day: string; device: Device },
  timeZone: string,
): ActivityDay {
  const { at, device } = event;
  addCounters(slot(activity.buckets, Math.floor(at / BUCKET_MS)), counters);
  const day = activityDay(activity, event.day, timeZone);
  addCounters(slot(day.hours, Math.floor((at - day.start) / HOUR_MS)), counters);
  addCounters(slot(day.devices, device), counters);
  activity.firstAt = activity.firstAt === 0 ? at : Math.min(activity.firstAt, at);
  activity.lastAt = Math.max(activity.lastAt, at);
  return day;
}

/** The record of a day, which is made if it is new. */
export function activityDay(activity: ShopActivity, day: string, timeZone: string): ActivityDay {
  const known = activity.days.get(day);
  if (known) return known;
  const start = dayStart(day, timeZone);
  const end = dayStart(dayOfNumber(dayNumber(day) + 1), timeZone);
  const empty = { start, end, hours: new Map(), devices: new Map() };
  const made = { ...empty, projectedAt: 0, waitingSince: null, closed: false };
  activity.days.set(day, made);
  return made;
}

/** The sum of the five-minute buckets that end in (from, to]. */
export function countsBetween(activity: ShopActivity, from: number, to: number): Counters {
  const sum = emptyCounters();
  const first = Math.floor(from / BUCKET_MS) + 1;
  const last = Math.floor(to / BUCKET_MS);
  for (const [bucket, counters] of activity.buckets)
    if (bucket >= first && bucket <= last) addCounters(sum, counters);
  return sum;
}

function slot<Key>(map: Map<Key, Counters>, key: Key): Counters {
  let counters = map.get(key);
  if (!counters) {
    counters = emptyCounters();
    map.set(key, counters);
  }
  return counters;
}

function prune(activity: ShopActivity, { now, eventHours }: EventClock): void {
  if (now - activity.prunedAt < PRUNE_EVERY_MS) return;
  activity.prunedAt = now;
  const before = now - eventHours * HOUR_MS - IDS_SLACK_MS;
  activity.forgottenBefore = Math.max(activity.forgottenBefore, before);
  for (const [event, { at }] of activity.ids) if (at < before) activity.ids.delete(event);
  const bucketsFrom = Math.floor((now - BUCKETS_KEPT_MS) / BUCKET_MS);
  for (const bucket of activity.buckets.keys()) if (bucket < bucketsFrom) activity.buckets.delete(bucket);
  const daysFrom = now - Math.max(DAYS_KEPT_MS, (eventHours + 48) * HOUR_MS);
  for (const [day, { end, waitingSince }] of activity.days)
    if (end < daysFrom && waitingSince === null) activity.days.delete(day);
}
