/** Absolute errors of the last scored days, ours and the baseline's, oldest first. Plain JSON. */
export interface ScoreWindow {
  days: { day: number; error: number; baselineError: number }[];
}

export interface Skill {
  /** days scored within the window */
  scored: number;
  mae: number;
  baselineMae: number;
  /**
   * 1 − mae / baselineMae: share of the baseline's error removed; where the baseline made none, 0, or −1 if we made
   * one
   */
  skill: number;
}

const SCORE_WINDOW_DAYS = 28;

/**
 * Adds the outcome of one day; a day already scored is replaced, days more than 28 behind the newest are
 * dropped. Non-finite outcomes are not scored.
 */
export function addScore(
  window: ScoreWindow,
  outcome: { day: number; actual: number; forecast: number; baseline: number },
): ScoreWindow {
  const error = Math.abs(outcome.actual - outcome.forecast);
  const baselineError = Math.abs(outcome.actual - outcome.baseline);
  if (!Number.isFinite(error + baselineError + outcome.day)) return window;
  const days = window.days.filter(({ day }) => day !== outcome.day);
  days.push({ day: outcome.day, error, baselineError });
  days.sort((a, b) => a.day - b.day);
  const newest = days.at(-1)!.day;
  return { days: days.filter(({ day }) => day > newest - SCORE_WINDOW_DAYS) };
}

/**
 * Skill over the 28 days up to `asOf` (day number).
 *
 * @example one day: actual 10, forecast 9, baseline 8 // mae 1, baselineMae 2, skill 0.5
 */
export function skillOf(window: ScoreWindow, asOf: number): Skill {
  const recent = window.days.filter(({ day }) => day > asOf - SCORE_WINDOW_DAYS && day <= asOf);
  const scored = recent.length;
  if (scored === 0) return { scored, mae: 0, baselineMae: 0, skill: 0 };
  const mae = recent.reduce((sum, { error }) => sum + error, 0) / scored;
  const baselineMae = recent.reduce((sum, { baselineError }) => sum + baselineError, 0) / scored;
  if (baselineMae === 0) return { scored, mae, baselineMae, skill: mae === 0 ? 0 : -1 };
  return { scored, mae, baselineMae, skill: 1 - mae / baselineMae };
}
