import { DAY_MS, MINUTE_MS, SECOND_MS } from "../base/time.ts";

const LONGEST_WAIT_MS = 7 * DAY_MS;
/** Doubled no further than this. */
const DOUBLINGS_MAX = 12;
/** Pages of a minute are spread over the interval by up to this share, so that they do not all come due at once. */
const SPREAD = 0.1;

/**
 * When a page is fetched again: after its interval, a little spread; after failures in a row, later and later, up to a week.
 *
 * @param random in [0, 1)
 * @example
 * nextFetchAt({ everyMinutes: 60, failures: 0 }, 0, 0.5) // 3,600,000
 * nextFetchAt({ everyMinutes: 60, failures: 2 }, 0, 0.5) // 14,400,000: four times as long
 */
export function nextFetchAt(
  { everyMinutes, failures }: { everyMinutes: number; failures: number },
  now: number,
  random: number,
): number {
  const interval = everyMinutes * MINUTE_MS * 2 ** Math.min(failures, DOUBLINGS_MAX);
  const spread = 1 + SPREAD * (2 * random - 1);
  return now + Math.round(Math.min(interval * spread, LONGEST_WAIT_MS));
}

/**
 * How long a host is left alone after a fetch, ms: by the rate of the settings, or longer where its robots.txt or its
 * answer asks for that.
 *
 * @example hostPauseMs(6, { crawlDelay: 30, retryAfter: null }) // 30,000: six a minute would be every 10 s
 */
export function hostPauseMs(
  perMinute: number,
  asked: { crawlDelay: number | null; retryAfter: number | null },
): number {
  const seconds = Math.max(asked.crawlDelay ?? 0, asked.retryAfter ?? 0);
  return Math.min(Math.max(MINUTE_MS / perMinute, seconds * SECOND_MS), DAY_MS);
}

/**
 * The pages to fetch now, of those that are due: the longest overdue first, and of each host no more than its rate allows
 * in a minute.
 */
export function chooseDue<T extends { host: string }>(
  due: readonly T[],
  restingHosts: ReadonlySet<string>,
  perHost: number,
  most: number,
): T[] {
  const taken = new Map<string, number>();
  const chosen: T[] = [];
  for (const page of due) {
    if (chosen.length >= most) break;
    const count = taken.get(page.host) ?? 0;
    if (restingHosts.has(page.host) || count >= perHost) continue;
    taken.set(page.host, count + 1);
    chosen.push(page);
  }
  return chosen;
}
