import { z } from "zod";

const fraction = z.number().min(0).max(1);

/** The limits of every decision about a price. */
export const GuardrailSettings = z.strictObject({
  marginMin: fraction.default(0.05).describe("unit contribution is at least this share of the net price"),
  markupMin: z
    .number()
    .nonnegative()
    .max(10)
    .nullable()
    .default(null)
    .describe(
      "the net price is at least the unit cost and this share of it (0.05: cost · 1.05); null = no limit",
    ),
  maxStep: fraction.default(0.1).describe("largest change of one decision"),
  weeklyCap: fraction.default(0.2).describe("largest change within seven days"),
  cautiousStep: fraction
    .default(0.05)
    .describe(
      "largest change while data have not identified the elasticity, or the cost is an estimate; for want of the elasticity alone " +
        "twice as much once the price has moved by that",
    ),
  minGain: fraction.default(0.005).describe("least expected profit gain worth a change"),
  minGainMoney: z
    .int()
    .nonnegative()
    .default(100)
    .describe("the same in money: minor units a week, the span that prices are compared by (100 = 1.00 EUR)"),
  minProbability: fraction
    .default(0.6)
    .describe(
      "least probability that the change gains; a step back towards the imported price needs one half at most",
    ),
  minProbabilityUnidentified: fraction
    .default(0.7)
    .describe("the same while data have not identified the elasticity; never less than minProbability"),
  regretCap: fraction
    .default(0.035)
    .describe("share of the current earnings that the worst tenth of the outcomes may lose"),
  minInputQuality: fraction.default(0.3).describe("a price is not changed on inputs of less quality"),
  minChange: fraction.default(0).describe("least change of a price worth proposing, a share of it"),
  coolDownHours: z.number().nonnegative().default(24).describe("between two changes of a SKU"),
  demandFreshDays: z.number().positive().default(7).describe("older demand blocks a proposal"),
  charmEndings: z.boolean().default(true),
  marginMax: fraction
    .lt(1)
    .nullable()
    .default(null)
    .describe("unit contribution is at most this share of the net price"),
  competitorBand: z
    .strictObject({
      lo: z.number().positive(),
      hi: z.number().positive(),
      minConfidence: fraction.default(0.7).describe("offers less certain than this do not count"),
    })
    .refine(({ lo, hi }) => lo <= hi, "lo is above hi")
    .nullable()
    .default(null)
    .describe("our price divided by the cheapest valid competitor's: 1 = the same"),
  maxChangesPerDay: z.int().min(1).max(24).default(1),
  launchHoldDays: z
    .number()
    .nonnegative()
    .max(90)
    .default(7)
    .describe("a new product keeps its price for this long"),
  leftDigit: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe(
      "how much shoppers go by a price's leading digits alone: 0 = not at all; take it from your own experiment",
    ),
});
export type GuardrailSettings = z.infer<typeof GuardrailSettings>;
