import { z } from "zod";
import { isCurrency } from "../base/currency.ts";
import { DriftSettings } from "./drift.ts";
import { EVALUATION } from "./evaluation.ts";
import { ExplorationSettings } from "./exploration.ts";
import { GuardrailSettings } from "./guardrails.ts";
import { KviSettings } from "./key-value-items.ts";
import { MatchingSettings } from "./matching.ts";
import { OUR_PRICES } from "./our-prices.ts";
import { PricePointSettings } from "./price-points.ts";
import { PriceRules, PriceStrategies } from "./price-rules.ts";
import { RetentionSettings } from "./retention.ts";
import { SignalSettings } from "./signals.ts";
import { FAMILY_MOVES, STRATEGY_NAMES } from "./strategies.ts";
import { WatchSettings } from "./watch.ts";

const fraction = z.number().min(0).max(1);

const strategy = z.enum(STRATEGY_NAMES).exclude(["price_rule"]);

/** The install's settings: versioned and audited; every field has a default. */
export const Settings = z.strictObject({
  currency: z.string().refine(isCurrency, "an ISO 4217 code").default("EUR"),
  timeZone: z.string().default("UTC").describe("IANA zone of the civil day"),
  pricesIncludeTax: z.boolean().default(true),
  nightAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default("02:00")
    .describe("local time at which the night's runs start"),
  proposalsEveryMinutes: z.int().min(1).max(1440).default(15),
  proposalExpiryHours: z.number().positive().default(24),
  undoSeconds: z
    .int()
    .min(0)
    .max(600)
    .default(0)
    .describe(
      "an approved price is in force so many seconds later, and until then its approval can be undone; 0: at once",
    ),
  secondPerson: z
    .enum(["reason", "always"])
    .default("reason")
    .describe(
      "what a HIGH-risk price or override that a person sets by hand needs where a second approver exists: a reason of 50 characters or a " +
        "second person, or always a second person",
    ),
  autoApply: z.boolean().default(false).describe("apply safe LOW-risk proposals without a person"),
  strategy: strategy
    .default("elasticity_optimizer")
    .describe("how prices are set where neither the category nor the SKU says otherwise"),
  strategyByCategory: z.record(z.string(), strategy).default({}),
  strategyByBrand: z
    .record(z.string(), strategy)
    .default({})
    .describe("takes precedence over the category's"),
  strategyBySku: z
    .record(z.string(), strategy)
    .default({})
    .describe("takes precedence over both, and over price rules"),
  priceStrategies: PriceStrategies,
  priceRules: PriceRules,
  sensitivity: z
    .strictObject({
      high: z.number().negative().describe("an elasticity at or below it is of high price sensitivity"),
      medium: z.number().negative().describe("at or below it medium, else low"),
    })
    .refine(({ high, medium }) => high <= medium, "high is above medium")
    .default({ high: -1, medium: -0.3 })
    .describe("where the labels of price sensitivity begin; they set the priority of signals"),
  pricesInformed: z
    .boolean()
    .default(true)
    .describe("the catalogue's prices were set knowing demand, so that they count as evidence of it"),
  cannibalisation: fraction
    .default(0)
    .describe("of the units that a price cut wins, the share taken from the product's own family"),
  familiesAsOne: z
    .record(z.string().min(1).max(100), z.enum(FAMILY_MOVES))
    .default({})
    .describe(
      "families that move as one instead of by a ladder: all at one price, or all by the same change",
    ),
  objective: z
    .strictObject({
      profit: z.number().nonnegative().default(1),
      revenue: z.number().nonnegative().default(0),
      units: z.number().nonnegative().default(0).describe("what one sold unit is worth, in minor units"),
    })
    .refine(({ profit, revenue }) => profit + revenue > 0, "neither profit nor revenue counts")
    .default({ profit: 1, revenue: 0, units: 0 })
    .describe("what prices are chosen for: the weighted sum of profit, net revenue and units sold"),
  undercut: z
    .number()
    .gt(-1)
    .lt(1)
    .default(0.01)
    .describe("Follows competitors: share below the cheapest competitor's price; negative = above it"),
  marketFallback: strategy
    .exclude(["competitor_follow", "rule_based", "rule_based_literal", "conversion_rules", "ml_challenger"])
    .default("elasticity_optimizer")
    .describe(
      "what sets the price of a strategy that goes by the market while no competitor has a valid offer; " +
        "the optimizer returns to the catalogue's price while the elasticity is not known",
    ),
  markup: z.number().nonnegative().default(0.5).describe("Cost plus: markup on the unit cost"),
  exploration: ExplorationSettings,
  proposalCap: z
    .strictObject({
      count: z.int().positive().default(200),
      share: fraction.default(0.02).describe("of the products that are sold"),
    })
    .nullable()
    .default({ count: 200, share: 0.02 })
    .describe(
      "most proposals of one run, the greater of count and share: those expected to gain most after risk; null = all",
    ),
  maxPriceChanges: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("most prices that one proposals run may change; the largest expected gains are kept"),
  priceIndexBand: z
    .strictObject({ lo: z.number().positive(), hi: z.number().positive() })
    .refine(({ lo, hi }) => lo <= hi, "lo is above hi")
    .nullable()
    .default(null)
    .describe("our prices divided by the cheapest competitors', weighted by revenue: 1 = the same level"),
  holidays: z
    .array(z.strictObject({ day: z.iso.date(), name: z.string().min(1).max(50) }))
    .max(1000)
    .default([])
    .describe("days with unusual demand; the effect is learned for each name"),
  ...OUR_PRICES,
  ...EVALUATION,
  ownSellers: z
    .array(z.string().trim().min(1).max(200))
    .max(100)
    .default([])
    .describe("our own shops and seller accounts, by name or domain: their offers are not competitors'"),
  eventKeepDays: z
    .number()
    .min(2)
    .max(3660)
    .default(7)
    .describe("how long events are kept for GET /api/events and for endpoints that were down"),
  appUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe("the dashboard's address, for links in alerts; null = as the install was started"),
  endpointFailures: z
    .int()
    .min(1)
    .max(100)
    .default(11)
    .describe("failures in a row, over about a day, after which an endpoint is turned off"),
  deliveryRetryHours: z
    .number()
    .min(1)
    .max(72)
    .default(24)
    .describe("how long a message is tried again while the fault is not its own; then it is parked"),
  fxUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe("answers { base, date, rates: { USD: 1.08 } }; asked every hour; null = rates are posted"),
  watch: WatchSettings,
  matching: MatchingSettings,
  pricePoints: PricePointSettings,
  signals: SignalSettings.prefault({}),
  guardrails: GuardrailSettings.prefault({}),
  retention: RetentionSettings.prefault({}),
  drift: DriftSettings.prefault({}).describe("when something has drifted, and what is done"),
  keyValueItems: KviSettings.prefault({}),
});
export type Settings = z.infer<typeof Settings>;

/** The settings of a fresh install. */
export const DEFAULT_SETTINGS: Settings = Settings.parse({});

/** The same fields, optional and without defaults: a change must not reset what it leaves out. */
function anyOf<Shape extends Record<string, z.ZodDefault>>(shape: Shape) {
  const fields = Object.entries(shape).map(([name, field]) => [
    name,
    (field.unwrap() as z.ZodType).optional(),
  ]);
  return Object.fromEntries(fields) as { [K in keyof Shape]: z.ZodOptional<ReturnType<Shape[K]["unwrap"]>> };
}

const {
  signals: _signals,
  guardrails: _guardrails,
  retention: _retention,
  drift: _drift,
  keyValueItems: _items,
  ...topLevel
} = Settings.shape;

/** Any part of the settings; what is left out stays. */
export const SettingsChange = z.strictObject({
  ...anyOf(topLevel),
  signals: z.strictObject(anyOf(SignalSettings.shape)).optional(),
  guardrails: z.strictObject(anyOf(GuardrailSettings.shape)).optional(),
  retention: z.strictObject(anyOf(RetentionSettings.shape)).optional(),
  drift: z.strictObject(anyOf(DriftSettings.shape)).optional(),
  keyValueItems: z.strictObject(anyOf(KviSettings.shape)).optional(),
});
export type SettingsChange = z.infer<typeof SettingsChange>;

/** The settings after a change. */
export function applyChange(settings: Settings, change: SettingsChange): Settings {
  return Settings.parse({
    ...settings,
    ...change,
    signals: { ...settings.signals, ...change.signals },
    guardrails: { ...settings.guardrails, ...change.guardrails },
    retention: { ...settings.retention, ...change.retention },
    drift: { ...settings.drift, ...change.drift },
    keyValueItems: { ...settings.keyValueItems, ...change.keyValueItems },
  });
}
