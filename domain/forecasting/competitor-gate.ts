import type { CompetitorForecast } from "./competitor-forecast.ts";
import type { Skill } from "./forecast-score.ts";

export type GateReason = "no competitor" | "too few scored days" | "no skill" | "too uncertain" | "stale";

/** The competitor price to anchor on, and why it is not the forecast when it is not. */
export interface CompetitorAnchor {
  price: number | null;
  usesForecast: boolean;
  reasons: GateReason[];
  /** reported whether the gate opens or not */
  skill: number;
}

const MIN_SKILL = 0.05;
const MIN_SCORED_DAYS = 14;
/** a single competitor leaves nothing to average over */
const MIN_SCORED_DAYS_ALONE = 21;
const MAX_LOG_SPREAD = 0.1;

/**
 * Uses the forecast's median as anchor only if, over the last 28 days, it beat the last observed price by 5 %
 * of its error on at least 14 scored days (21 for a single competitor), if P10..P90 spans at most 0.10 in
 * logs, and if the observation it starts from is fresh. Otherwise the last observed price: prices are sticky,
 * and most days nothing beats it.
 */
export function competitorAnchor(
  forecast: CompetitorForecast | null,
  skill: Skill,
  fresh: boolean,
): CompetitorAnchor {
  if (!forecast) return { price: null, usesForecast: false, reasons: ["no competitor"], skill: skill.skill };
  const reasons: GateReason[] = [];
  const required = forecast.competitors === 1 ? MIN_SCORED_DAYS_ALONE : MIN_SCORED_DAYS;
  if (skill.scored < required) reasons.push("too few scored days");
  if (!(skill.skill >= MIN_SKILL)) reasons.push("no skill");
  if (!(Math.log(forecast.p90 / forecast.p10) <= MAX_LOG_SPREAD)) reasons.push("too uncertain");
  if (!fresh) reasons.push("stale");
  const usesForecast = reasons.length === 0;
  return {
    price: usesForecast ? forecast.p50 : forecast.lastObserved,
    usesForecast,
    reasons,
    skill: skill.skill,
  };
}
