import { z } from "zod";
import { REASONS } from "../learning/elasticity/own-price.ts";
import { HELD_STATUSES, OVERRIDE_KINDS, OVERRIDE_SCOPES, PLAYBOOKS } from "../messages/names.ts";
import { instant, interval, money, named, quantityUnit } from "./answers.ts";

const endogeneityStatistics = z.object({
  controlFunction: z
    .number()
    .nullable()
    .describe("whether demand responds differently to price changes that follow cost or competitors"),
  priceFeedback: z.number().nullable().describe("whether recent demand predicts our next price"),
});

export const Elasticity = named("Elasticity", {
  sku: z.string(),
  title: z.string().optional().describe("of the product, in lists"),
  category: z.string(),
  mean: z.number(),
  previousMean: z
    .number()
    .nullable()
    .optional()
    .describe("in lists: what it was before it was last learned; null if nothing older is kept"),
  sd: z.number(),
  ci95: interval,
  ci80: interval,
  identified: z.boolean(),
  label: z.enum(["inelastic", "moderate", "elastic", "uncertain"]),
  sensitivity: z.enum(["high", "medium", "low"]),
  nEff: z
    .number()
    .describe("effective observations: days at mean demand and 10 % price variation that would say as much"),
  shrink: z.number(),
  competitor: z.object({ mean: z.number(), sd: z.number(), identified: z.boolean() }),
  prior: z.object({ mean: z.number(), sd: z.number() }),
  demandPerDay: z.number(),
  runId: z.string(),
  period: z.enum(["day", "week", "month"]).describe("length of the rows of demand that were modelled"),
  probabilityElastic: z.number().describe("P(elasticity < -1)"),
  stability: z.number().describe("change over the last 28 days in standard errors; drifting above 2.5"),
  drifting: z.boolean(),
  endogeneityFlag: z
    .boolean()
    .describe(
      "prices seem to have followed demand, so the estimate may be biased: a change beyond 3 % is no LOW risk",
    ),
  endogeneity: endogeneityStatistics
    .extend({ category: endogeneityStatistics.describe("over all SKUs of the category together") })
    .describe("t statistics; flagged above 2.5, a whole category above 4"),
  noCompetitor: z.boolean(),
  overdispersed: z.boolean(),
  reasons: z
    .array(z.enum(REASONS))
    .describe("why the SKU's own history says little or nothing of its elasticity, most telling first"),
  reason: z.string().nullable().describe("the first of `reasons` in words"),
  family: z
    .object({
      mean: z.number(),
      sd: z.number(),
      ci95: interval,
      identified: z.boolean(),
      kind: z.enum(["substitutes", "complements", "undecided"]),
    })
    .optional()
    .describe("how demand responds to the mean price of its family, per cent per per cent"),
  challenger: z
    .object({ slope: z.number().nullable(), why: z.string().nullable().describe("why it is not used") })
    .optional()
    .describe("what the challenger of its category says, where the settings choose one"),
  rows: z.int(),
  skipped: z.int(),
  inputsHash: z.string().describe("hash of the demand, prices and competitors it was learned from"),
  asOf: instant,
  modelVersion: z.string(),
  version: z.int().optional().describe("of the model in the registry"),
});
export type Elasticity = z.infer<typeof Elasticity>;

const ElasticityPoint = z.object({
  asOf: instant,
  mean: z.number(),
  sd: z.number(),
  identified: z.boolean(),
  label: z.string(),
  runId: z.string().nullable().describe("null: the run is no longer kept"),
});

export const ElasticityDetail = Elasticity.extend({
  history: z.array(ElasticityPoint).describe("newest first"),
}).meta({ id: "ElasticityDetail" });
export type ElasticityDetail = z.infer<typeof ElasticityDetail>;

const forecastStep = z.object({
  mean: z.number(),
  median: z.number(),
  ci80: interval,
  ci95: interval,
  baseline: z.number().nullable().describe("exponentially weighted mean with damped trend, to compare with"),
});

export const Forecast = named("Forecast", {
  sku: z.string(),
  asOf: instant,
  hourlyAsOf: instant.describe("when `hourly` and `stockout` were computed"),
  runId: z.string(),
  price: money.describe("the price it assumes"),
  source: z.enum(["filter", "filter without weekdays", "category share"]).nullable(),
  intermittent: z.boolean(),
  daily: z.array(forecastStep.extend({ day: z.string() })),
  hourly: z.array(forecastStep.extend({ at: instant })),
  baseline: z.object({ tsb: z.number(), sba: z.number() }).nullable(),
  stockout: z
    .object({
      level: z.enum(["Out of stock", "No demand", "Critical", "Warning", "Healthy"]),
      p10: z.number().nullable(),
      p50: z.number().nullable().describe("hours; null = beyond 180 days"),
      p90: z.number().nullable(),
      beforeReceipt: z.number().nullable(),
    })
    .nullable()
    .describe("null where stock is not tracked"),
  competitor: z.object({
    anchor: money
      .nullable()
      .describe("the competitor price a decision starts from: the forecast, or the last price seen"),
    usesForecast: z.boolean(),
    reasons: z.array(z.string()).describe("why the forecast is not used"),
    skill: z.number().describe("share of the last-seen price's error that the forecast removed, 28 days"),
    scoredDays: z.int(),
    forecast: z
      .object({
        days: z.int(),
        competitors: z.int(),
        p10: money,
        p50: money,
        p90: money,
        expected: money,
        changes: z.number().describe("probability of a change above 2 %"),
        none: z.number().describe("probability that nobody is in stock"),
      })
      .nullable(),
  }),
  followers: z.array(
    z.object({
      competitor: z.string(),
      cuts: z.int(),
      followed: z.int(),
      probability: z.number(),
      passThrough: z.number(),
    }),
  ),
  followRate: z.number(),
});

export const ForecastScore = named("ForecastScore", {
  ...{ sku: z.string(), title: z.string(), category: z.string(), currency: z.string(), asOf: instant },
  price: money.describe("ours, that it assumes"),
  nextUnits: z.number().nullable().describe("expected of the day after it"),
  nextBaseline: z.number().nullable().describe("by the weighted mean that it is compared with"),
  quantityUnit,
  scoredDays: z.int().describe("of the last 28, on which the cheapest competitor could be compared"),
  mae: money.nullable().describe("mean error of the cheapest competitor's price, forecast a week ahead"),
  baselineMae: money.nullable().describe("the same of the price seen when the forecast was made"),
  skill: z
    .number()
    .nullable()
    .describe(
      "share of that error which the forecast removed; null where there was none, or nothing to compare",
    ),
  usesForecast: z.boolean().describe("whether decisions go by the forecast, not by the price last seen"),
});
export type ForecastScore = z.infer<typeof ForecastScore>;

/** What somebody asks for with an override. */
const asked = {
  id: z.string(),
  scope: z.enum(OVERRIDE_SCOPES),
  key: z.string().optional(),
  kind: z.enum(OVERRIDE_KINDS),
  price: money.optional(),
  reason: z.string(),
};

export const Override = named("Override", {
  ...asked,
  active: z.boolean(),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  endedAt: instant.optional(),
  endedBy: z.string().optional(),
  products: z.int().optional().describe("while in force: active products that it concerns"),
  hides: z
    .array(
      z.object({
        id: z.string(),
        scope: z.enum(OVERRIDE_SCOPES),
        key: z.string(),
        kind: z.enum(OVERRIDE_KINDS),
      }),
    )
    .optional()
    .describe("while in force: overrides that it stands in the way of"),
  underneath: z
    .object({ price: money, source: z.string() })
    .optional()
    .describe("of one SKU, while in force: what would be served without any override"),
});

export type Override = z.infer<typeof Override>;

export const HeldOverride = named("HeldOverride", {
  ...asked,
  expiresAt: instant.optional().describe("without it 72 hours after its release"),
  playbook: z
    .enum(PLAYBOOKS)
    .optional()
    .describe("its release opens the incident, and it lasts as that says"),
  status: z.enum(HELD_STATUSES),
  actor: z.string().describe("who asked for it"),
  heldAt: instant,
  note: z.string().optional(),
  decidedBy: z.string().optional(),
  decidedAt: instant.optional(),
});

export const Replay = named("Replay", {
  identical: z.boolean(),
  decisionHash: z.string(),
  differences: z.array(
    z.object({ sku: z.string(), recorded: z.string().nullable(), recomputed: z.string().nullable() }),
  ),
  codeVersion: z.object({ recorded: z.string(), present: z.string() }),
});
