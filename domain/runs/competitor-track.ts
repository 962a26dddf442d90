import { competitorCloses, type DayEnds } from "../learning/features/market.ts";
import {
  type CompetitorForecast,
  forecastCheapestCompetitor,
  MAX_DAYS_AHEAD,
} from "../learning/forecasting/competitor-forecast.ts";
import { type CompetitorPriceState, observeCompetitor } from "../learning/forecasting/competitor-state.ts";
import { addScore, type ScoreWindow } from "../learning/forecasting/forecast-score.ts";
import type { CompetitorHistory } from "../messages/shard.ts";
import type { FreshnessSettings } from "../settings/freshness.ts";

/** What one run remembers of a SKU's competitors for the next. Plain JSON. */
export interface CompetitorTrack {
  /** the last day taken into account */
  day: number;
  states: Record<string, CompetitorPriceState>;
  window: ScoreWindow;
  /** forecasts whose day has not come: the cheapest price expected then, and the one seen when the forecast was made */
  pending: { day: number; forecast: number; baseline: number }[];
}

/** Days that a first run looks back: enough for the states and for four weeks of scored forecasts. */
export const TRACK_DAYS = 90;
/** Last days for which a first run makes forecasts in hindsight, so that there is something to score. */
const SCORED_DAYS = 28 + MAX_DAYS_AHEAD;

const EMPTY: CompetitorTrack = { day: -1, states: {}, window: { days: [] }, pending: [] };

/**
 * Continues the track from its last day to the end of `span`: takes each competitor's close, scores the forecasts
 * made for the day, and makes a new one a week ahead. Also answers the forecast from the last day, in minor units.
 */
export function advanceTrack(
  track: CompetitorTrack | null,
  competitors: readonly CompetitorHistory[],
  span: DayEnds,
  settings: FreshnessSettings,
): { track: CompetitorTrack; forecast: CompetitorForecast | null } {
  const last = span.first + span.ends.length - 1;
  const next = structuredCloneOf(track ?? EMPTY);
  const from = Math.max(span.first, Math.min(next.day, last - 1) + 1);
  const ahead: DayEnds = { first: from, ends: span.ends.slice(from - span.first) };
  const closes = competitors.map(({ competitor, points }) => ({
    competitor,
    days: competitorCloses({ competitor, points }, ahead, settings),
  }));
  let forecast: CompetitorForecast | null = null;
  for (let day = from; day <= last; day++) {
    const seen: CompetitorPriceState[] = [];
    for (const { competitor, days } of closes) {
      const { price, inStock } = days[day - from]!;
      if (price === null) continue;
      const state = observeCompetitor(next.states[competitor] ?? null, {
        day,
        logPrice: Math.log(price),
        inStock,
      });
      if (state === null) continue;
      next.states[competitor] = state;
      seen.push(state);
    }
    forecast = day > last - SCORED_DAYS ? forecastCheapestCompetitor(seen, MAX_DAYS_AHEAD) : null;
    if (day > next.day) score(next, day, forecast);
  }
  next.day = Math.max(next.day, last);
  return { track: next, forecast };
}

function score(track: CompetitorTrack, day: number, forecast: CompetitorForecast | null): void {
  const actual = forecast?.lastObserved ?? null;
  for (const made of track.pending) {
    if (made.day !== day || actual === null) continue;
    track.window = addScore(track.window, {
      day,
      actual,
      forecast: made.forecast,
      baseline: made.baseline,
    });
  }
  track.pending = track.pending.filter((made) => made.day > day);
  if (forecast === null || actual === null) return;
  track.pending.push({ day: day + MAX_DAYS_AHEAD, forecast: forecast.p50, baseline: actual });
}

/** The states are replaced, never changed: a copy of the lists is enough. */
function structuredCloneOf(track: CompetitorTrack): CompetitorTrack {
  return { ...track, states: { ...track.states }, pending: [...track.pending] };
}
