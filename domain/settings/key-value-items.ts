import { z } from "zod";
import { GuardrailSettings } from "./guardrails.ts";

const { maxStep, weeklyCap, minProbability, competitorBand } = GuardrailSettings.shape;

/** Rules of products that are tagged `kvi`; of each pair of limits the tighter one holds. */
export const KviSettings = z.strictObject({
  maxStep: maxStep.unwrap().default(0.05).describe("largest change of one decision"),
  weeklyCap: weeklyCap.unwrap().default(0.1).describe("largest change within seven days"),
  minProbability: minProbability.unwrap().default(0.8).describe("least probability that the change gains"),
  competitorBand: competitorBand
    .unwrap()
    .default(null)
    .describe("our price divided by the cheapest valid competitor's; null = that of all products"),
});
export type KviSettings = z.infer<typeof KviSettings>;
