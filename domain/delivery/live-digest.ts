import { HOUR_MS, MINUTE_MS } from "../base/time.ts";
import type { LiveItem, SignalDigest, SignalItem } from "../messages/live.ts";

/** Signals that a digest names. */
const TOP = 5;
/** A later change of a signal carries the same notice again for this long. */
const REMEMBERED_MS = 10 * MINUTE_MS;

/** Notices sent in the current hour. `since`: ms. */
export interface NoticeHour {
  since: number;
  count: number;
}

/** Notices that were sent: signal id and time of the notice. */
export type KnownNotices = Map<string, number>;

/**
 * A frame's changes, with as many single notices as the hour has left, the most urgent first. The other notices become
 * one digest; so do all signals of a frame that holds more of them than the limit. `hour` and `notified` are updated in
 * place. `limit`: notices an hour.
 */
export function digested(
  items: readonly LiveItem[],
  { hour, notified }: { hour: NoticeHour; notified: KnownNotices },
  limit: number,
  now: number,
): LiveItem[] {
  const signals = items.filter(isSignal);
  if (signals.length === 0) return [...items];
  if (now - hour.since >= HOUR_MS) Object.assign(hour, { since: now, count: 0 });
  const news = signals.filter((item) => isNews(item, notified, now)).sort(byUrgency);
  for (const { id, notice } of news) notified.set(id, Date.parse(notice!.at));
  forgetOld(notified, now);
  const alone = new Set(news.slice(0, Math.max(0, limit - hour.count)));
  hour.count += alone.size;
  const isFlood = signals.length > limit;
  const together = isFlood ? signals : news.filter((item) => !alone.has(item));
  const kept = items.flatMap((item): LiveItem[] => {
    if (!isSignal(item)) return [item];
    if (isFlood) return [];
    const { notice, ...change } = item;
    return [alone.has(item) ? item : change];
  });
  return together.length === 0 ? kept : [...kept, digestOf(together, now)];
}

function isSignal(item: LiveItem): item is SignalItem {
  return item.type === "signal";
}

/** A notice not sent yet. An acknowledged signal is notified of again only when it has grown worse. */
function isNews({ id, notice, status }: SignalItem, notified: KnownNotices, now: number): boolean {
  if (notice === undefined || status === "resolved") return false;
  if (status === "acknowledged" && notice.why !== "worse") return false;
  const at = Date.parse(notice.at);
  return now - at < REMEMBERED_MS && notified.get(id) !== at;
}

/** High priority first, then severity times confidence. */
function byUrgency(a: SignalItem, b: SignalItem): number {
  return (
    a.priority - b.priority || b.severity * b.confidence - a.severity * a.confidence || (a.id < b.id ? -1 : 1)
  );
}

function forgetOld(notified: KnownNotices, now: number): void {
  for (const [id, at] of notified) if (now - at >= REMEMBERED_MS) notified.delete(id);
}

function digestOf(signals: readonly SignalItem[], now: number): SignalDigest {
  const byType: Record<string, number> = {};
  for (const { signal } of signals) byType[signal] = (byType[signal] ?? 0) + 1;
  const count = (status: string) => signals.filter((one) => one.status === status).length;
  const top = [...signals]
    .filter(({ status }) => status !== "resolved")
    .sort(byUrgency)
    .slice(0, TOP);
  return {
    type: "digest",
    signals: signals.length,
    open: count("open"),
    resolved: count("resolved"),
    byType,
    top: top.map(({ id, sku, competitor, signal, priority }) => ({ id, sku, competitor, signal, priority })),
    at: new Date(now).toISOString(),
  };
}

/** Frames that a socket may be sent ahead of what it says it has read. */
export const UNREAD_FRAMES_MAX = 32;
/** A socket that reads nothing for this long is closed, ms: the client can come back and read the lists. */
export const UNREAD_FOR_MS = 120_000;

/** How far a socket that acknowledges frames has read. One that never does is sent everything. */
export interface SocketPace {
  /** newest frame that it has read; null = it does not say */
  read: number | null;
  /** newest frame that it was sent */
  sent: number;
  /** since when frames have been left out, ms; null = none was */
  behindSince: number | null;
}

export function newPace(sent: number): SocketPace {
  return { read: null, sent, behindSince: null };
}

/** Decides what to do with a frame. Updates the pace in place, since this runs for every socket and frame. */
export function offerFrame(pace: SocketPace, seq: number, now: number): "send" | "skip" | "close" {
  if (pace.read === null || (pace.behindSince === null && pace.sent - pace.read < UNREAD_FRAMES_MAX)) {
    pace.sent = seq;
    return "send";
  }
  pace.behindSince ??= now;
  return now - pace.behindSince >= UNREAD_FOR_MS ? "close" : "skip";
}

/**
 * Takes an acknowledgement. Answers whether the socket needs a reset: it has read all that it was sent, and some frames
 * were left out. `seq`: the newest frame there is.
 */
export function takeRead(pace: SocketPace, read: number, seq: number): boolean {
  if (!Number.isSafeInteger(read) || read > pace.sent) return false;
  pace.read = Math.max(read, pace.read ?? 0);
  if (pace.behindSince === null || pace.read < pace.sent) return false;
  pace.behindSince = null;
  pace.sent = seq;
  return true;
}

/** The acknowledgement in a socket's message, or null if it is none. */
export function readOf(message: unknown): number | null {
  const found = typeof message === "string" ? /^\{"read":(\d{1,16})\}$/.exec(message) : null;
  return found === null ? null : Number(found[1]);
}
