import type { LiveItem, SignalDigest, SignalItem } from "../messages/live.ts";

const HOUR_MS = 3_600_000;
/** Signals that a digest names. */
const TOP = 5;
/** The same notice may come again with a later change of its signal, within this. */
const REMEMBERED_MS = 10 * 60_000;

/** Notifications of the running hour. `since`: ms. */
export interface NoticeHour {
  since: number;
  count: number;
}

/** What has been told: signal id and time of the notice. */
export type ToldNotices = Map<string, number>;

/**
 * What of a frame's changes is told one by one: as many notifications as the hour has left, the most urgent first. The
 * others are told together, as a digest; so are all of a frame's signals if it has more of them than an hour may notify
 * of. `hour` and `told` are brought up to date. `limit`: notifications an hour.
 */
export function digested(
  items: readonly LiveItem[],
  { hour, told }: { hour: NoticeHour; told: ToldNotices },
  limit: number,
  now: number,
): LiveItem[] {
  const signals = items.filter(isSignal);
  if (signals.length === 0) return [...items];
  if (now - hour.since >= HOUR_MS) Object.assign(hour, { since: now, count: 0 });
  const news = signals.filter((item) => isNews(item, told, now)).sort(byUrgency);
  for (const { id, notice } of news) told.set(id, Date.parse(notice!.at));
  forgetOld(told, now);
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

/** A notice not told yet. What somebody has acknowledged is only told of again when it has become worse. */
function isNews({ id, notice, status }: SignalItem, told: ToldNotices, now: number): boolean {
  if (notice === undefined || status === "resolved") return false;
  if (status === "acknowledged" && notice.why !== "worse") return false;
  const at = Date.parse(notice.at);
  return now - at < REMEMBERED_MS && told.get(id) !== at;
}

/** High priority first, then the severer and more certain. */
function byUrgency(a: SignalItem, b: SignalItem): number {
  return (
    a.priority - b.priority || b.severity * b.confidence - a.severity * a.confidence || (a.id < b.id ? -1 : 1)
  );
}

function forgetOld(told: ToldNotices, now: number): void {
  for (const [id, at] of told) if (now - at >= REMEMBERED_MS) told.delete(id);
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
