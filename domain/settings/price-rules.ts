import { z } from "zod";
import { STRATEGY_NAMES } from "./strategies.ts";

const words = z.array(z.string().trim().min(1).max(200)).min(1).max(200);
const name = z.string().trim().min(1).max(200);
const amount = z.string().regex(/^-?\d{1,9}(\.\d{1,4})?$/, 'a decimal number such as "-0.50"');
const price = z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, 'a decimal number such as "19.90"');

/** Which products a rule is for: those that meet every condition given. Prices are in the product's own currency. */
export const RuleMatch = z
  .strictObject({
    skus: words.optional(),
    categories: words.optional(),
    brands: words.optional(),
    families: words.optional(),
    tags: words.optional().describe("products with at least one of them"),
    priceFrom: price.optional(),
    priceTo: price.optional().describe("up to and with this price"),
    stockFrom: z.int().optional(),
    stockTo: z.int().optional(),
    marginFrom: z.number().optional().describe("unit contribution as a share of the net price, now"),
    marginTo: z.number().optional(),
    competitorsFrom: z.int().nonnegative().optional().describe("least number of offers that count"),
    competitorsTo: z.int().nonnegative().optional(),
    competitors: words.optional().describe("at least one of them has an offer that counts"),
  })
  .default({});
export type RuleMatch = z.infer<typeof RuleMatch>;

/** What a price is measured from. */
const ANCHORS = [
  ...(["cheapest", "nth", "average", "median", "highest", "competitor"] as const),
  ...(["cost", "base", "msrp"] as const),
] as const;

/** One way to a price: an anchor, and how far from it. */
const RuleStep = z
  .strictObject({
    anchor: z.enum(ANCHORS).describe("competitors count by their landed price"),
    n: z.int().min(1).max(100).optional().describe("nth: 1 is the cheapest"),
    competitor: name.optional().describe("competitor: whose offer"),
    only: words.optional().describe("only these competitors count"),
    except: words.optional().describe("these do not"),
    weights: z
      .record(z.string(), z.number().nonnegative())
      .optional()
      .describe("average: weights of this rule, instead of the competitors' own"),
    share: z.number().gt(-1).max(10).default(0).describe("-0.02: 2 % below the anchor"),
    amount: amount.default("0").describe("added after the share; negative: below"),
  })
  .refine(({ anchor, n }) => anchor !== "nth" || n !== undefined, { path: ["n"], error: "nth needs n" })
  .refine(({ anchor, competitor }) => anchor !== "competitor" || competitor !== undefined, {
    path: ["competitor"],
    error: "say whose offer",
  });

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, "lower-case letters, digits and hyphens");

const steps = z
  .array(RuleStep)
  .min(1)
  .max(5)
  .describe("the first whose anchor is known sets the price that is wanted");

const otherwise = z
  .enum(STRATEGY_NAMES)
  .exclude(["price_rule", "ml_challenger"])
  .default("freeze")
  .describe("what sets the price where no anchor is known");

/** Which price is wanted, under a name, for any number of rules. */
const PriceStrategy = z.strictObject({ id, name, steps, otherwise });
export type PriceStrategy = z.infer<typeof PriceStrategy>;
export type RuleStep = PriceStrategy["steps"][number];

const PriceRule = z
  .strictObject({
    id,
    name,
    active: z.boolean().default(true).describe("an inactive rule is shown in previews only"),
    match: RuleMatch,
    strategy: id.optional().describe("id of one of `priceStrategies`, in place of steps of the rule's own"),
    steps: steps.optional(),
    otherwise,
  })
  .refine((rule) => (rule.strategy === undefined) !== (rule.steps === undefined), {
    path: ["steps"],
    error: "a rule has either steps of its own or a strategy",
  });
export type PriceRule = z.infer<typeof PriceRule>;

function haveOwnIds(all: readonly { id: string }[]): boolean {
  return new Set(all.map((one) => one.id)).size === all.length;
}

/** The rules in the order of their priority: the first that fits a product sets its price. */
export const PriceRules = z
  .array(PriceRule)
  .max(100)
  .refine(haveOwnIds, "two rules have the same id")
  .default([])
  .describe("price rules by priority: the first active one that fits a product sets the price it wants");

export const PriceStrategies = z
  .array(PriceStrategy)
  .max(100)
  .refine(haveOwnIds, "two strategies have the same id")
  .default([])
  .describe("strategies that price rules name, so that one serves many groups of products");

/** A rule with the steps it goes by. */
export interface ResolvedRule extends Omit<PriceRule, "steps"> {
  steps: readonly RuleStep[];
  /** of the strategy that the steps are of; absent where they are the rule's own */
  strategyName?: string;
}

/** A rule with the steps of its strategy, or its own. A strategy that is no longer known has none. */
export function resolveRule(rule: PriceRule, strategies: readonly PriceStrategy[]): ResolvedRule {
  if (rule.strategy === undefined) return { ...rule, steps: rule.steps ?? [] };
  const strategy = strategies.find((one) => one.id === rule.strategy);
  if (!strategy) return { ...rule, steps: [] };
  return { ...rule, steps: strategy.steps, otherwise: strategy.otherwise, strategyName: strategy.name };
}

/** The place of the first rule that names a strategy which does not exist; -1 if there is none. */
export function ruleWithoutStrategy(
  rules: readonly PriceRule[],
  strategies: readonly PriceStrategy[],
): number {
  const known = new Set(strategies.map((one) => one.id));
  return rules.findIndex(({ strategy }) => strategy !== undefined && !known.has(strategy));
}
