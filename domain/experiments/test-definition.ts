import { z } from "zod";
import { TEST_DESIGNS } from "../messages/names.ts";
import { ArmChange } from "./arms.ts";
import { MIN_TEST_DAYS } from "./power.ts";
import type { Guards } from "./stop-rules.ts";

/** The harm at which a test stops: shares of what the control does. */
const DEFAULT_GUARDS: Guards = { profit: 0.03, units: 0.1, margin: 0.02, stockOuts: 0.05 };

const share = z.number().gt(0).max(1);

/** A price test as it is asked for. No arm is chosen by who looks: a price is the same for everybody at a time. */
export const TestDefinition = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    design: z
      .enum(TEST_DESIGNS)
      .default("switchback")
      .describe(
        "the others find effects of some per cent in large catalogues only: see the preview's advice",
      ),
    arms: z
      .array(z.strictObject({ name: z.string().trim().min(1).max(50), change: ArmChange.default({}) }))
      .min(2)
      .max(5)
      .describe("the first is the control"),
    scope: z
      .strictObject({
        category: z.string().optional(),
        brand: z.string().optional(),
        skus: z.array(z.string()).min(1).max(5_000).optional(),
      })
      .default({}),
    days: z
      .int()
      .min(MIN_TEST_DAYS)
      .max(364)
      .multipleOf(7)
      .default(56)
      .describe("the planned time, whole weeks"),
    periodDays: z
      .int()
      .min(3)
      .max(14)
      .default(7)
      .describe("of a switchback: how long an arm lasts; its first day does not count"),
    regionTag: z
      .string()
      .min(1)
      .max(50)
      .default("region")
      .describe("of a test by region: the products of one are tagged `region:north`"),
    alpha: z.number().min(0.001).max(0.2).default(0.05),
    power: z.number().min(0.5).max(0.99).default(0.8),
    effect: share.default(0.02).describe("the effect on profit that is looked for, as a share"),
    guards: z
      .strictObject({ profit: share, units: share, margin: share, stockOuts: share })
      .default(DEFAULT_GUARDS)
      .describe(
        "harm at which the test stops at once: shares of the control; margin and stock-outs in points",
      ),
  })
  .refine(({ design, arms }) => design !== "switchback" || arms.length === 2, {
    message: "a switchback has two arms",
    path: ["arms"],
  })
  .refine(({ arms }) => new Set(arms.map(({ name }) => name)).size === arms.length, {
    message: "two arms have the same name",
    path: ["arms"],
  });
export type TestDefinition = z.infer<typeof TestDefinition>;

/** Days of a switchback's period that do not count: demand still answers to the arm before. */
const BURN_IN_DAYS = 1;

export function periodsOf({ design, periodDays }: Pick<TestDefinition, "design" | "periodDays">) {
  return design === "switchback" ? { days: periodDays, burnIn: BURN_IN_DAYS } : null;
}
