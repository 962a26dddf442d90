import { z } from "zod";
import { TestDefinition } from "../experiments/test-definition.ts";
import { TEST_DESIGNS, TEST_STATUSES } from "../messages/names.ts";
import { count, instant, interval, money, named } from "./answers.ts";

const moneyInterval = z.tuple([money.nullable(), money.nullable()]);

const Lift = z.object({
  n: count.describe("clusters, or pairs of periods, that were compared"),
  effect: z.string().describe("for the mean cluster and day: money in `currency`, or units"),
  interval: z
    .tuple([z.string().nullable(), z.string().nullable()])
    .describe("confidence sequence: holds whenever it is looked at; null = no bound yet"),
  effectPct: z.number().nullable(),
  intervalPct: z.tuple([z.number().nullable(), z.number().nullable()]).nullable(),
  p: z.number().describe("always-valid p-value"),
  rho2: z.number().describe("share of the variance that the days before the test explain"),
});

const Power = z.object({ days: z.int(), mde: money, mdePct: z.number().nullable() });

/** What a test would be able to find. */
export const TestPreview = named("PriceTestPreview", {
  products: count,
  clusters: count,
  tooFew: z.boolean().describe("too few differences at the planned end: the test cannot start"),
  left: z
    .object({
      cost: count,
      currency: count,
      heldOut: count,
      otherTest: count,
      region: count,
      sales: count,
    })
    .describe("products of the scope that cannot take part, by why"),
  currency: z.string(),
  dailyProfit: money.describe("of all products that take part, on a mean day"),
  power: z.array(Power).describe("the least effect found, by days"),
  chance: z.number().describe("that the wanted effect is found in the planned time"),
  daysNeeded: z.int().nullable().describe("to find the wanted effect; null = a year is not enough"),
  advice: z
    .string()
    .optional()
    .describe("what to do where the wanted effect would probably not be found in the planned time"),
  rho2: z.number(),
});
export type TestPreview = z.infer<typeof TestPreview>;

const ArmResult = z.object({
  arm: z.string(),
  profit: Lift,
  units: Lift,
  total: z
    .object({ perDay: money, interval: moneyInterval })
    .describe("what all clusters together would earn more on a day if all were priced by this arm"),
  margin: z.object({ arm: z.number().nullable(), control: z.number().nullable() }),
  soldOut: z.object({ arm: z.number(), control: z.number() }),
});

export const PriceTest = named("PriceTest", {
  id: z.string(),
  name: z.string(),
  design: z.enum(TEST_DESIGNS),
  status: z.enum(TEST_STATUSES),
  definition: TestDefinition,
  preview: TestPreview,
  createdBy: z.string(),
  createdAt: instant,
  startedBy: z.string().optional(),
  startedAt: instant.optional(),
  firstDay: z.string().optional(),
  endedBy: z.string().optional(),
  endedAt: instant.optional(),
  endReason: z.string().optional(),
  evaluatedAt: instant.optional(),
  result: z
    .object({ days: count, clusters: count, arms: z.array(ArmResult) })
    .optional()
    .describe("of the newest evaluation"),
});
export type PriceTest = z.infer<typeof PriceTest>;

export const PriceTestMember = named("PriceTestMember", {
  sku: z.string(),
  cluster: z.string(),
  stratum: z.string(),
  matched: z.string(),
  arm: z.string().describe("of a switchback that of the first period"),
});

/** What repricing earned, measured against products that chance kept at their price. */
export const RepricingReturn = named("RepricingReturn", {
  day: z.string().optional(),
  at: instant.optional(),
  currency: z.string(),
  measured: z.boolean(),
  why: z.string().optional().describe("why it is not measured yet"),
  priced: count,
  heldOut: count,
  days: z.int().describe("days that it is measured over"),
  gainPerDay: money.optional(),
  interval95: z.tuple([money, money]).optional(),
  gainPct: z.number().optional(),
  interval95Pct: interval.optional(),
  history: z.array(z.object({ day: z.string(), gainPerDay: money, interval95: z.tuple([money, money]) })),
});
export type RepricingReturn = z.infer<typeof RepricingReturn>;
