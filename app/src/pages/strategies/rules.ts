import type { PriceRule, PriceStrategy, RuleStep } from "../../../../domain/settings/price-rules.ts";
import { words } from "../../format/words.ts";

export type Rule = PriceRule;
export type Strategy = PriceStrategy;
export type Step = RuleStep;
/** Which price is wanted: of a strategy, or of one rule alone. */
export type Wanted = Pick<Strategy, "steps" | "otherwise">;

export const ANCHORS: readonly { value: Step["anchor"]; label: string }[] = [
  { value: "cheapest", label: "the cheapest competitor" },
  { value: "nth", label: "the n-th from the cheapest" },
  { value: "average", label: "the competitors' average" },
  { value: "median", label: "the competitors' median" },
  { value: "highest", label: "the dearest competitor" },
  { value: "competitor", label: "one competitor" },
  { value: "cost", label: "our unit cost" },
  { value: "base", label: "our catalogue price" },
  { value: "msrp", label: "the recommended price" },
];

/** The first of `rule-1`, `rule-2` … that is not taken, from the number of those that are on. */
function freeId(word: string, taken: readonly { id: string }[]): string {
  const ids = new Set(taken.map(({ id }) => id));
  let number = taken.length + 1;
  while (ids.has(`${word}-${number}`)) number++;
  return `${word}-${number}`;
}

/** Where a price that is wanted begins: that of the cheapest competitor. */
const AS_CHEAPEST: Wanted = {
  steps: [{ anchor: "cheapest", share: 0, amount: "0" }],
  otherwise: "freeze",
};

/** A rule that fits every product: by the first strategy if there is one, else by steps of its own. */
export function newRule(taken: readonly Rule[], strategies: readonly Strategy[]): Rule {
  const head = { id: freeId("rule", taken), name: "", active: true, match: {} };
  const [first] = strategies;
  return first ? { ...head, strategy: first.id, otherwise: "freeze" } : { ...head, ...AS_CHEAPEST };
}

/** A strategy to begin with, or another one under a name of its own. */
export function newStrategy(taken: readonly Strategy[], like?: Strategy): Strategy {
  const head = { id: freeId("strategy", taken), name: like ? `${like.name}, copied` : "" };
  return { ...AS_CHEAPEST, ...like, ...head };
}

/** A rule by another strategy; null: by steps of its own, those that it went by until now. */
export function ruleBy(rule: Rule, strategy: string | null, strategies: readonly Strategy[]): Rule {
  const { steps: _steps, strategy: _strategy, ...rest } = rule;
  if (strategy !== null) return { ...rest, strategy };
  const { steps, otherwise } = wantedBy(rule, strategies) ?? AS_CHEAPEST;
  return { ...rest, steps, otherwise };
}

/** The strategy that a rule names. */
export function strategyOf({ strategy }: Rule, strategies: readonly Strategy[]): Strategy | undefined {
  return strategies.find(({ id }) => id === strategy);
}

/** Which price a rule wants, by its strategy or its own steps; undefined if its strategy is not there. */
export function wantedBy(rule: Rule, strategies: readonly Strategy[]): Wanted | undefined {
  if (rule.steps) return { steps: rule.steps, otherwise: rule.otherwise };
  return strategyOf(rule, strategies);
}

/** Why the steps cannot be kept as they are; null if they can. */
export function wrongWith(steps: readonly Step[]): string | null {
  const isOpen = steps.some(({ anchor, competitor }) => anchor === "competitor" && !competitor?.trim());
  return isOpen ? "Say which competitor." : null;
}

/** A price that is wanted, in words. */
export function wantedInWords({ steps }: Wanted): string {
  return steps.map(stepInWords).join("; else ");
}

/** Which products a rule is for, in words. */
export function matchInWords({ match }: Rule): string {
  const parts: string[] = [];
  const named = (names: readonly string[] | undefined, one: string) => {
    if (names) parts.push(`${one} ${names.join(", ")}`);
  };
  named(match.categories, "category");
  named(match.brands, "brand");
  named(match.families, "family");
  named(match.tags, "tag");
  named(match.skus, "SKU");
  named(match.competitors, "offered by");
  range(parts, "price", match.priceFrom, match.priceTo);
  range(parts, "stock", match.stockFrom, match.stockTo);
  range(parts, "margin", percent(match.marginFrom), percent(match.marginTo));
  range(parts, "number of competitors", match.competitorsFrom, match.competitorsTo);
  return parts.length === 0 ? "every product" : parts.join("; ");
}

function percent(share: number | undefined): string | undefined {
  return share === undefined ? undefined : `${Math.round(share * 1000) / 10} %`;
}

function range(parts: string[], name: string, from?: string | number, to?: string | number): void {
  if (from !== undefined && to !== undefined) parts.push(`${name} ${from} to ${to}`);
  else if (from !== undefined) parts.push(`${name} from ${from}`);
  else if (to !== undefined) parts.push(`${name} up to ${to}`);
}

/** What a step asks for, in words. */
export function stepInWords(step: Step): string {
  const anchor =
    step.anchor === "competitor"
      ? (step.competitor ?? "")
      : step.anchor === "nth"
        ? `number ${step.n} from the cheapest`
        : (ANCHORS.find(({ value }) => value === step.anchor)?.label ?? words(step.anchor));
  const parts: string[] = [];
  if (step.share !== 0)
    parts.push(`${Math.abs(Math.round(step.share * 1000) / 10)} % ${step.share < 0 ? "below" : "above"}`);
  const amount = Number(step.amount);
  if (amount !== 0) parts.push(`${Math.abs(amount).toFixed(2)} ${amount < 0 ? "below" : "above"}`);
  const among = [
    step.only && `among ${step.only.join(", ")}`,
    step.except && `without ${step.except.join(", ")}`,
    step.weights && `weighted ${weightsInWords(step.weights)}`,
  ].filter(Boolean);
  const which = among.length === 0 ? "" : ` (${among.join("; ")})`;
  return `${parts.length === 0 ? "the same as" : parts.join(" and ")} ${anchor}${which}`;
}

/** A list typed with commas; undefined if it is empty. */
export function listOf(text: string): string[] | undefined {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.length === 0 ? undefined : names;
}

/**
 * Weights typed as names with numbers; undefined if there is none.
 *
 * @example weightsOf("northmart 2, Lumen Hof 0.5") // { northmart: 2, "Lumen Hof": 0.5 }
 */
export function weightsOf(text: string): Record<string, number> | undefined {
  const pairs = (listOf(text) ?? []).flatMap((part) => {
    const [, name, weight] = /^(.+?)[\s:=]+(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    return name === undefined ? [] : [[name, Number(weight)] as const];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

export function weightsInWords(weights: Step["weights"]): string {
  return Object.entries(weights ?? {})
    .map(([name, weight]) => `${name} ${weight}`)
    .join(", ");
}

/** An object without what is undefined: an absent condition is none. */
export function stripped<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

/** The rules with one moved up or down by a place. */
export function moved(rules: readonly Rule[], index: number, by: -1 | 1): Rule[] {
  const next = [...rules];
  const [one] = next.splice(index, 1);
  next.splice(index + by, 0, one!);
  return next;
}
