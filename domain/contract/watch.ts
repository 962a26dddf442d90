import { z } from "zod";
import { WATCH_OUTCOMES } from "../messages/names.ts";
import { count, instant, named } from "./answers.ts";

/** A page of the watch list. */
export const WatchedPage = named("WatchedPage", {
  id: z.string(),
  url: z.string(),
  host: z.string(),
  competitor: z.string(),
  sku: z.string().optional(),
  everyMinutes: count,
  status: z.enum(["active", "paused"]),
  nextAt: instant,
  fetchedAt: instant.optional(),
  readAt: instant.optional().describe("when a price, or a sold-out page, was last read"),
  outcome: z.enum(WATCH_OUTCOMES).optional().describe("of the last fetch"),
  detail: z.string().optional().describe("why nothing was read"),
  failures: count.describe("fetches in a row that read nothing; each doubles the interval"),
  price: z.string().optional().describe("as it was read last"),
  currency: z.string().optional(),
  availability: z.string().optional(),
  createdAt: instant,
  createdBy: z.string(),
});
