import { z } from "zod";
import { isCurrency } from "../base/currency.ts";

/** Which prices of a currency are asked. Amounts are minor units. */
const CurrencyPricePoints = z
  .strictObject({
    step: z.int().min(1).describe("every price is a multiple of it, minor units: 5 = 0.05 CHF"),
    endings: z
      .array(
        z.strictObject({
          below: z.int().positive().nullable().describe("the row is for prices below it; null = for all"),
          period: z.int().positive(),
          endings: z.array(z.int().nonnegative()).min(1).max(20),
        }),
      )
      .min(1)
      .max(10)
      .optional()
      .describe(
        "usual endings: a price divided by `period` leaves one of `endings`; left out = those we know",
      ),
  })
  .superRefine(({ step, endings = [] }, refinement) => {
    const refuse = (row: number, message: string) =>
      refinement.addIssue({ code: "custom", path: ["endings", row], message });
    endings.forEach(({ below, period, endings: rests }, i) => {
      const before = i === 0 ? 0 : endings[i - 1]!.below;
      if (before === null || (below !== null && below <= before)) refuse(i, "rows go from small to large");
      if (below === null && i < endings.length - 1) refuse(i, "only the last row is for all prices");
      if (below !== null && i === endings.length - 1) refuse(i, "the last row has to be for all prices");
      if (period % step !== 0 || rests.some((rest) => rest % step !== 0))
        refuse(i, "period and endings have to be multiples of the step");
      if (rests.some((rest) => rest >= period)) refuse(i, "an ending has to be below the period");
      if (rests.some((rest, j) => j > 0 && rest <= rests[j - 1]!))
        refuse(i, "endings go from small to large");
    });
  });

/**
 * Currencies whose minor unit is not what shops price by, with the step they do price by, in minor units. Swiss prices
 * go in 0.05, for no smaller coin exists. Where the coins of the minor unit are gone (Sweden, Norway, Hungary, Czechia,
 * …), cash is rounded at the till but cards still pay every whole crown or forint: prices go in whole units, not in the
 * 5 forint of a till. Denmark keeps a coin of 0.50. Currencies not named go by their minor unit (JPY: 1 yen).
 */
export const USUAL_STEPS: Readonly<Record<string, number>> = {
  CHF: 5,
  DKK: 50,
  ILS: 10,
  SEK: 100,
  NOK: 100,
  CZK: 100,
  HUF: 100,
  RSD: 100,
  RUB: 100,
  KZT: 100,
  INR: 100,
  PKR: 100,
  TWD: 100,
  ARS: 100,
  COP: 5000,
  IDR: 10_000,
  KRW: 10,
  CLP: 10,
  VND: 1000,
};

/** Price steps and usual endings by currency; a currency that is left out has its usual ones. */
export const PricePointSettings = z
  .record(z.string().refine(isCurrency, "an ISO 4217 code"), CurrencyPricePoints)
  .default(Object.fromEntries(Object.entries(USUAL_STEPS).map(([code, step]) => [code, { step }])))
  .describe(
    "by currency: the step of payable prices and the usual endings; a currency left out has its usual ones",
  );
export type PricePointSettings = z.infer<typeof PricePointSettings>;
