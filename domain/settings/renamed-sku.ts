import type { Settings } from "./settings.ts";

/** The settings with another name for a SKU that they name; null if they do not. */
export function settingsWithSku(settings: Settings, from: string, to: string): Settings | null {
  const { [from]: strategy, ...others } = settings.strategyBySku;
  const isNamed = settings.priceRules.some(({ match }) => match.skus?.includes(from));
  if (strategy === undefined && !isNamed) return null;
  return {
    ...settings,
    strategyBySku: strategy === undefined ? settings.strategyBySku : { ...others, [to]: strategy },
    priceRules: settings.priceRules.map((rule) =>
      rule.match.skus?.includes(from)
        ? { ...rule, match: { ...rule.match, skus: rule.match.skus.map((sku) => (sku === from ? to : sku)) } }
        : rule,
    ),
  };
}
