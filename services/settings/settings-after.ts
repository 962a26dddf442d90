import { ProblemError } from "../../domain/contract/problem.ts";
import { ruleWithoutStrategy } from "../../domain/settings/price-rules.ts";
import { applyChange, type Settings, type SettingsChange } from "../../domain/settings/settings.ts";

/**
 * The settings after a change, whose parts fit each other.
 * @throws ProblemError invalid, if a price rule names a strategy that is not there
 */
export function settingsAfter(inForce: Settings, change: SettingsChange): Settings {
  const next = applyChange(inForce, change);
  const place = ruleWithoutStrategy(next.priceRules, next.priceStrategies);
  if (place >= 0) {
    const { name, strategy } = next.priceRules[place]!;
    const message = `the rule "${name}" names the strategy ${strategy}, which does not exist`;
    const path = `priceRules.${place}.strategy`;
    throw new ProblemError("invalid", message, { errors: [{ path, code: "invalid", message }] });
  }
  return next;
}
