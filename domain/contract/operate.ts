import { z } from "zod";
import { Settings } from "../settings/settings.ts";
import { instant, named } from "./answers.ts";

const HealthPart = named("HealthPart", {
  status: z.enum(["ok", "stale", "down", "empty", "failing"]),
  newestAt: instant.optional(),
  ageSeconds: z.number().optional(),
  staleAfterSeconds: z
    .number()
    .optional()
    .describe("older than this it is stale; absent: no age makes it stale"),
  detail: z.string().optional(),
});

/** How each part of the install does, with the age of its newest data. */
export const Health = named("Health", {
  status: z.enum(["ok", "degraded", "failing"]),
  at: instant,
  demo: z.boolean().describe("shop and market are made up by the demo of `npm start`"),
  parts: z.record(z.string(), HealthPart),
});

/** The settings in force; `version` grows with every change. */
export const SettingsInForce = Settings.extend({ version: z.int() }).meta({ id: "Settings" });
