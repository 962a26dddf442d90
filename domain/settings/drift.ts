import { z } from "zod";

/** What is done about drift: all but `retrain` are overrides. */
export const DRIFT_REACTIONS = [
  "freeze_rises",
  "narrow_steps",
  "clip_demand",
  "rule_based",
  "retrain",
] as const;
export type DriftReaction = (typeof DRIFT_REACTIONS)[number];

const share = z.number().min(0).max(1);

/** A threshold of drift, with the days that it has to hold and what is then done. */
const rule = (over: number, days: number, reactions: readonly DriftReaction[], what: string) =>
  z
    .strictObject({
      over: z.number().nonnegative(),
      days: z.int().min(1).max(30),
      reactions: z.array(z.enum(DRIFT_REACTIONS)).max(DRIFT_REACTIONS.length),
    })
    .default({ over, days, reactions: [...reactions] })
    .describe(what);

/** When inputs, predictions or results have drifted, and what is then done. */
export const DriftSettings = z.strictObject({
  react: z.boolean().default(true).describe("whether drift is looked for, and answered by overrides"),
  hours: z.number().positive().max(720).default(72).describe("after which an override of drift ends"),
  clipShare: share.default(0.1).describe("CLIP_DEMAND: how much lower predicted demand is taken to be"),
  narrowStep: share.default(0.03).describe("NARROW_STEPS: largest change of one decision"),
  psi: rule(0.2, 3, ["retrain"], "stability index of an input, on each of the days"),
  psiAtOnce: rule(0.3, 1, ["freeze_rises"], "the same, at once"),
  biasHigh: rule(0.05, 7, ["clip_demand"], "predicted units above actual ones, mean of the days"),
  biasLow: rule(0.1, 7, ["retrain"], "predicted units below actual ones, mean of the days"),
  overForecast: rule(0.6, 7, ["clip_demand"], "share of the products predicted too high"),
  variance: rule(
    2,
    7,
    ["freeze_rises"],
    "variance of predictions over that of actual units, or its inverse; acted on together with a bias",
  ),
  revenue: rule(
    0.1,
    3,
    ["rule_based", "retrain"],
    "fall of revenue per product and day below its four weeks before, on each of the days",
  ),
  stockOuts: rule(0.02, 1, ["freeze_rises", "narrow_steps"], "share of the products sold out"),
  clearance: rule(0, 1, [], "products whose stock should have been gone; they are priced to be cleared"),
});
export type DriftSettings = z.infer<typeof DriftSettings>;
