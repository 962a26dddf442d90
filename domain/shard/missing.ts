import { stringHash } from "../base/sharding.ts";
import { DAY_MS } from "../base/time.ts";
import type {
  CompetitorSightings,
  CompleteCrawl,
  CrawlEvidence,
  OfferAbsence,
  OfferSightings,
} from "../messages/crawls.ts";
import { latestAt, sourceAt } from "./competitors/history.ts";
import type { ShardState } from "./shard.ts";
import type { CompetitorState } from "./state.ts";

/** Offers of a competitor whose sightings stand for all of them. */
const WITNESSES_MAX = 24;
/** Newest sightings that are looked at, of a witness and of the offer itself. */
const WITNESS_SIGHTINGS = 24;
const OWN_SIGHTINGS = 16;
/** Witnesses that are compared with an offer: those seen nearest to when it was seen last. */
const NEIGHBOURS = 12;
/** An offer that stays away for so many of its longest gaps of late is gone. */
const LONGEST_GAPS = 2;
/** An offer that was seen last before this is not called missing any more: nobody asks for it. */
export const MISSING_FOR_MS = 30 * DAY_MS;

/** When an offer was seen last, believed or not; ms, -Infinity if never. */
export function seenAt({ history, quarantine }: CompetitorState): number {
  return quarantine.reduce((latest, { observedAt }) => Math.max(latest, observedAt), latestAt(history));
}

/** A sample of what a source saw of each competitor: the offers with the lowest ranks, with their newest sightings. */
export function sightingsOf(shard: ShardState, source: string): CompetitorSightings[] {
  const number = shard.sourceNumbers.get(source);
  if (number === undefined) return [];
  const found = new Map<string, OfferSightings[]>();
  for (const { sku, competitors } of shard.skus)
    for (const [key, state] of competitors) {
      const times = timesOf(state, number, WITNESS_SIGHTINGS);
      if (times.length === 0) continue;
      const offers = found.get(state.competitor) ?? [];
      found.set(state.competitor, offers);
      offers.push({ rank: rankOf(sku, key), times });
    }
  return [...found].map(([competitor, offers]) => ({ competitor, offers: lowestRanks(offers) }));
}

/** The samples of all shards as one. */
export function mergeSightings(samples: readonly CompetitorSightings[]): CompetitorSightings[] {
  return [...Map.groupBy(samples, ({ competitor }) => competitor)].map(([competitor, parts]) => ({
    competitor,
    offers: lowestRanks(parts.flatMap(({ offers }) => offers)),
  }));
}

function lowestRanks(offers: OfferSightings[]): OfferSightings[] {
  return offers.sort((a, b) => a.rank - b.rank).slice(0, WITNESSES_MAX);
}

function rankOf(sku: string, key: string): number {
  return stringHash(`${sku}\u0001${key}`);
}

/** The newest event times at which a source saw an offer, ms, ascending; rows in quarantine were seen too. */
function timesOf({ history, quarantine }: CompetitorState, source: number, most: number): number[] {
  const times = quarantine.flatMap((entry) => (entry.source === source ? [entry.observedAt] : []));
  for (let i = history.count - 1, left = most; i >= 0 && left > 0; i--)
    if (sourceAt(history, i) === source) {
      times.push(history.times[i]!);
      left--;
    }
  return [...new Set(times)].sort((a, b) => a - b).slice(-most);
}

/** The offers of a shard that a source saw last, and that its crawls since then were without; `most` of them. */
export function absentOffers(
  shard: ShardState,
  source: string,
  evidence: CrawlEvidence,
  most: number,
): OfferAbsence[] {
  const number = shard.sourceNumbers.get(source);
  if (number === undefined) return [];
  const judges = new Map(
    evidence.sightings.map((one) => [one.competitor, absenceJudge(one, evidence)] as const),
  );
  const absences: OfferAbsence[] = [];
  for (const { sku, competitors } of shard.skus)
    for (const [key, state] of competitors) {
      if (state.missing !== null || state.history.count === 0) continue;
      const judge = judges.get(state.competitor);
      const last = seenAt(state);
      if (judge === undefined || !judge.mayLack(last)) continue;
      const times = timesOf(state, number, OWN_SIGHTINGS);
      // seen later by another source: that one judges it
      if (times.at(-1) !== last || !judge.lacks({ rank: rankOf(sku, key), times })) continue;
      absences.push({ sku, key, seenAt: last, at: judge.newestAt });
      if (absences.length >= most) return absences;
    }
  return absences;
}

interface AbsenceJudge {
  /** the newest sighting of any offer of the competitor, ms */
  newestAt: number;
  /** a quick look: false if no crawl can be without an offer that was seen last at `last` */
  mayLack(last: number): boolean;
  lacks(offer: OfferSightings): boolean;
}

/**
 * Decides which offers of a competitor a source's crawls lack. Where the source tells its complete crawls, those that
 * saw the competitor are counted. Else its neighbours tell: the offers that were seen when this one was seen last. Half
 * of them or more have to have been seen `crawlsMin` times since. Either way the offer has to be away for longer than it
 * usually is, counted in sightings of its neighbours: a scraper that visits a tenth of the catalogue at a time calls
 * none of the rest missing.
 */
export function absenceJudge(
  { offers }: CompetitorSightings,
  { complete, crawlsMin }: Pick<CrawlEvidence, "complete" | "crawlsMin">,
): AbsenceJudge {
  const newestAt = Math.max(...offers.map(({ times }) => times.at(-1)!));
  const crawls = complete?.filter((crawl) => offers.some(({ times }) => isIn(times, crawl))) ?? null;
  const starts = crawls?.map(({ from }) => from).sort((a, b) => b - a);
  const lastStarts = starts ? [starts] : offers.map(({ times }) => times.toReversed());
  const before = Math.max(...lastStarts.map((times) => times[crawlsMin - 1] ?? Number.NEGATIVE_INFINITY));
  return {
    newestAt,
    mayLack: (last) => last < before && newestAt - last <= MISSING_FOR_MS,
    lacks({ rank, times }) {
      const others = offers.filter((other) => other.rank !== rank).map((other) => other.times);
      const last = times.at(-1)!;
      const near = neighbours(others, last);
      const missed = starts ? starts.filter((from) => from > last).length : since(near, crawlsMin);
      return missed >= crawlsMin && isAwayForLong(times, near, newestAt);
    },
  };
}

function isIn(times: readonly number[], { from, to }: CompleteCrawl): boolean {
  return times.some((at) => at >= from && at <= to);
}

/** Another offer beside the one that is judged. */
interface Neighbour {
  times: readonly number[];
  /** its sightings after the one nearest to the other's last */
  since: number;
  distance: number;
}

/** The offers that were seen nearest to an instant: the first few, and all that are as near as the last of them. */
function neighbours(others: readonly (readonly number[])[], at: number): Neighbour[] {
  const found = others.map((times): Neighbour => {
    let nearest = 0;
    for (const [i, time] of times.entries())
      if (Math.abs(time - at) <= Math.abs(times[nearest]! - at)) nearest = i;
    return { times, since: times.length - 1 - nearest, distance: Math.abs(times[nearest]! - at) };
  });
  found.sort((a, b) => a.distance - b.distance);
  const reach = found[NEIGHBOURS - 1]?.distance ?? Number.POSITIVE_INFINITY;
  return found.filter(({ distance }) => distance <= reach);
}

/** `crawlsMin` if at least half of the neighbours were seen as often since, else 0. */
function since(near: readonly Neighbour[], crawlsMin: number): number {
  const often = near.filter((one) => one.since >= crawlsMin).length;
  return often > 0 && often * 2 >= near.length ? crawlsMin : 0;
}

/**
 * Whether an offer is away for clearly longer than it has been of late. That is counted in sightings of its
 * neighbours, so that a scraper that stood still, or that comes more often now, makes no difference; where they are not
 * known that far back, in time.
 */
function isAwayForLong(times: readonly number[], near: readonly Neighbour[], newestAt: number): boolean {
  const last = times.at(-1)!;
  const gaps = times.slice(1).map((to, i) => ({ from: times[i]!, to }));
  if (gaps.length === 0) return true;
  const knownFrom = Math.max(
    ...near.map((one) => (one.times.length < WITNESS_SIGHTINGS ? 0 : one.times[0]!)),
  );
  const isKnown = near.length > 0 && knownFrom <= gaps[0]!.from;
  const measure = ({ from, to }: { from: number; to: number }) =>
    isKnown
      ? upperMiddle(near.map((one) => one.times.filter((at) => at > from && at <= to).length))
      : to - from;
  const away = isKnown ? upperMiddle(near.map((one) => one.since)) : newestAt - last;
  return away >= LONGEST_GAPS * Math.max(...gaps.map(measure));
}

/** The middle value, of two the greater. */
function upperMiddle(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
