import type { GuardrailSettings } from "../settings/guardrails.ts";
import type { KviSettings } from "../settings/key-value-items.ts";

/**
 * The guardrails of a key value item: of each limit the tighter one of all products' and its own.
 *
 * @example
 * tightened({ ...DEFAULT_SETTINGS.guardrails, maxStep: 0.1 }, { ...DEFAULT_SETTINGS.keyValueItems, maxStep: 0.05 }).maxStep // 0.05
 */
export function tightened(all: GuardrailSettings, own: KviSettings): GuardrailSettings {
  return {
    ...all,
    maxStep: Math.min(all.maxStep, own.maxStep),
    weeklyCap: Math.min(all.weeklyCap, own.weeklyCap),
    minProbability: Math.max(all.minProbability, own.minProbability),
    minProbabilityUnidentified: Math.max(all.minProbabilityUnidentified, own.minProbability),
    competitorBand: own.competitorBand ?? all.competitorBand,
  };
}
