import { z } from "zod";

const fraction = z.number().min(0).max(1);
const positive = z.number().positive();

/** Thresholds and times of the signals. Shares are fractions (0.05 = 5 %), times say their unit. */
export const SignalSettings = z.strictObject({
  undercut: fraction.default(0.05).describe("their price is below ours by more than this share of ours"),
  overpriced: fraction.default(0.05).describe("their price is above ours by more than this share of ours"),
  abruptIncrease: fraction.default(0.1).describe("rise over the competitor's 24 h low"),
  abruptDrop: fraction.default(0.15).describe("fall below the competitor's 24 h high"),
  clearShare: fraction.default(0.5).describe("a signal clears below this share of its threshold"),
  clearHoldMinutes: z.number().positive().default(60).describe("how long it has to stay below that share"),
  coolDownHours: z.number().nonnegative().default(6).describe("after it cleared, before it notifies again"),
  offerFreshHours: z.number().positive().default(24).describe("an older offer is stale and does not count"),
  missingAfterCrawls: z
    .int()
    .min(0)
    .max(8)
    .default(3)
    .describe("crawls of a source in a row without an offer, after which it is missing; 0 = never"),
  anomalyDeviations: positive.default(4).describe("standard deviations from the competitor's usual price"),
  lowStockUnits: z.number().nonnegative().default(10).describe("stock at or below it is low"),
  stockoutHours: positive.default(72).describe("stock that is likely to run out within this time is low"),
  stockoutCriticalHours: z.number().positive().default(24).describe("within this time it is critical"),
  surgeChance: z
    .number()
    .gt(0)
    .max(0.1)
    .default(1e-5)
    .describe("a surge or slump has to be less likely than this by chance alone"),
  surgeUnits: z.int().min(1).default(5).describe("fewer units sold are never a surge"),
  surgeRatio: z
    .number()
    .min(1)
    .default(1.5)
    .describe("a surge sells more than this many times the usual units"),
  slumpUnits: z
    .number()
    .positive()
    .default(10)
    .describe("a SKU that usually sells fewer units has no slumps"),
  abandonedCarts: z
    .int()
    .positive()
    .default(3)
    .describe("additions to carts within 30 minutes without a purchase"),
  offerFreshHoursByCompetitor: z
    .record(z.string(), z.number().positive())
    .default({})
    .describe("replaces offerFreshHours for these competitors"),
  sellersByCompetitor: z
    .record(z.string(), z.array(z.string()).max(100))
    .default({})
    .describe("the sellers of a marketplace that set its price; none = the cheapest that can deliver"),
  aboveMarket: fraction
    .default(0.1)
    .describe("our price is above the median of two or more offers by this share"),
  aboveSingle: fraction.default(0.15).describe("the same where there is only one offer"),
  belowMarket: fraction.default(0.1).describe("our price is below the cheapest offer by this share"),
  priceWarFall: fraction.default(0.05).describe("fall of the cheapest price within 72 h"),
  priceWarRivals: z
    .int()
    .min(1)
    .default(2)
    .describe("how many competitors have to cut their price repeatedly"),
  priceWarCuts: z.int().min(1).default(2).describe("how many cuts each of them makes within 72 h"),
  priceWarRounds: z
    .int()
    .min(2)
    .default(3)
    .describe("or how often, within 72 h, we and one competitor undercut each other in turn"),
  fxShock: fraction
    .default(0.03)
    .describe("an exchange rate that changes by more than this share within a day is a shock"),
  movement: fraction
    .default(0.05)
    .describe("a competitor's price change of at least this share is a movement"),
  notifySeverityStep: fraction
    .default(0.2)
    .describe("an open signal notifies again when its severity has risen by this"),
  notifyAgainHours: z.number().positive().default(24).describe("or when it is still open after this time"),
  notifyConfidence: fraction.default(0.3).describe("a signal less certain than this notifies nobody"),
  notifyPerSku: z.int().min(1).default(20).describe("open signals of a SKU beyond this number notify nobody"),
  digestPerHour: z
    .int()
    .min(1)
    .default(200)
    .describe("notices beyond this number within an hour become a digest"),
  eventHours: z
    .number()
    .positive()
    .max(720)
    .default(72)
    .describe("how old a shop event may be when it arrives"),
});
export type SignalSettings = z.infer<typeof SignalSettings>;
