import { z } from "zod";
import { DRIFT_REACTIONS } from "../settings/drift.ts";
import { count, instant, money, named } from "./answers.ts";

const perDay = z.object({ units: z.number(), revenue: money, profit: money });

export const PriceOutcome = named("PriceOutcome", {
  id: z.string().describe("number of the ledger entry"),
  sku: z.string(),
  category: z.string(),
  proposalId: z.string(),
  currency: z.string(),
  from: money,
  to: money,
  at: instant,
  status: z.enum(["running", "final"]),
  days: count.describe("full days since the change that are counted"),
  pGain: z.number().describe("the chance of a gain that was stated"),
  controls: count.describe("unchanged products that it is compared with"),
  matched: z.string().describe("what they have in common with it"),
  expected: perDay.describe("change of a day that was expected"),
  actual: perDay.describe("of a day since the change"),
  effect: z
    .object({ units: z.number(), profit: money, interval80: z.tuple([money, money]) })
    .describe("of a day, against what would have been at the price before"),
  gained: z.boolean(),
  alarm: z.string().optional().describe("why the price is offered to be taken back"),
  evaluatedAt: instant,
});
export type PriceOutcome = z.infer<typeof PriceOutcome>;

export const PriceImpact = named("PriceImpact", {
  days: count.describe("that it looks back"),
  currencies: z
    .array(
      z.object({
        currency: z.string(),
        prices: count.describe("changed prices that are measured"),
        gained: count.describe("of them, those that earn more than the price before would"),
        alarms: count.describe("of them, those that are offered to be taken back"),
        profit: money.describe("change of the profit of a day, summed"),
        expectedProfit: money.describe("what was expected of it"),
        units: z.number().describe("change of the units of a day"),
      }),
    )
    .describe("the largest first"),
});

const CalibrationClass = z.object({
  n: count,
  said: z.number().describe("mean of the stated chances of a gain"),
  came: z.number().nullable().describe("share that gained; null = it cannot be told within .05"),
  interval95: z.tuple([z.number(), z.number()]).describe("of the share that gained"),
  reason: z.string().nullable().describe("why it cannot be told"),
  profit: z
    .object({ said: z.number(), came: z.number(), interval95: z.tuple([z.number(), z.number()]) })
    .nullable()
    .describe("mean change of profit, as a share of the profit before; null = too few outcomes"),
});
export type CalibrationClass = z.infer<typeof CalibrationClass>;

export const Calibration = named("Calibration", {
  n: count,
  bins: z
    .array(z.object({ from: z.number(), to: z.number(), ...CalibrationClass.shape }))
    .describe("prices chosen for their gain, by the stated chance of it"),
  trials: CalibrationClass.nullable().describe("prices tried to learn from; null = there are none"),
});
export type Calibration = z.infer<typeof Calibration>;

const DriftFinding = z.object({
  kind: z.enum(["input", "prediction", "outcome"]),
  metric: z.string(),
  value: z.number(),
  threshold: z.number(),
  days: z.int().describe("that the threshold has to hold"),
  acted: z.array(z.object({ reaction: z.enum(DRIFT_REACTIONS), overrideId: z.string().optional() })),
});

const DriftDay = z.object({
  day: z.string(),
  psi: z.record(z.string(), z.number().nullable()),
  bias: z.number().nullable(),
  overForecastRate: z.number().nullable(),
  varianceRatio: z.number().nullable(),
  revenuePerSku: money,
  stockOutRate: z.number(),
  clearanceMisses: count,
  findings: z.array(DriftFinding),
});

export const Drift = named("Drift", {
  currency: z.string(),
  react: z.boolean(),
  days: z.array(DriftDay).describe("oldest first"),
});
export type Drift = z.infer<typeof Drift>;
