import { z } from "zod";

/** How pages of the watch list are fetched. */
export const WatchSettings = z
  .strictObject({
    enabled: z.boolean().default(false).describe("fetch the pages of the watch list"),
    agent: z
      .string()
      .regex(/^[\x20-\x7e]{3,200}$/)
      .default("Pricewright/1.0")
      .describe("how the fetcher names itself; say where a host's owner can reach you"),
    perHostPerMinute: z.number().positive().max(60).default(6),
    everyMinutes: z.int().min(5).max(43_200).default(360).describe("of a page that says nothing else"),
  })
  .default({ enabled: false, agent: "Pricewright/1.0", perHostPerMinute: 6, everyMinutes: 360 })
  .describe("pages of competitors that are fetched again and again, within what their robots.txt allows");
