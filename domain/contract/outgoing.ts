import { z } from "zod";
import { EVENT_TYPES } from "../messages/events.ts";
import { instant, named, pageOf } from "./answers.ts";

/** What happened, as the API and webhooks tell it. */
const Event = named("Event", {
  id: z.string().describe("the webhook-id of the message that carries it: the same each time it is sent"),
  seq: z.int().positive().describe("its place among all events, without gaps"),
  type: z.enum(EVENT_TYPES),
  timestamp: instant,
  sku: z.string().nullable(),
  data: z
    .record(z.string(), z.unknown())
    .describe("of the price, proposal, override, signal or run; money as decimal strings in `currency`"),
});

export const EventPage = pageOf(Event)
  .extend({
    oldest: z.int().describe("the number of the oldest event that is kept; 0 = none"),
    newest: z.int().describe("the number of the newest event; 0 = none"),
  })
  .meta({ id: "EventPage" });
