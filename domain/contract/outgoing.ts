import { z } from "zod";
import { DELIVERY_OUTCOMES, ENDPOINT_STATUSES, EVENT_TYPES } from "../messages/events.ts";
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

const instantOrNull = instant.nullable();

export const Endpoint = named("Endpoint", {
  id: z.string(),
  name: z.string(),
  url: z.string(),
  types: z.array(z.string()).describe("event types; `price.*` for a family, `*` for all"),
  status: z
    .enum(ENDPOINT_STATUSES)
    .describe("`disabled`: turned off after too many failures; enabled again, it goes on where it stopped"),
  reason: z.string().nullable().describe("why it was turned off"),
  cursor: z.int().describe("all events up to this number are done with"),
  behind: z.int().describe("how many numbers the newest event is ahead of it, of whatever type"),
  failures: z.int().describe("in a row"),
  failingSince: instantOrNull,
  nextTryAt: instantOrNull,
  lastDeliveredAt: instantOrNull,
  lastError: z.string().nullable(),
  createdBy: z.string(),
  createdAt: instant,
});

export const EndpointSecret = named("EndpointSecret", {
  id: z.string(),
  secret: z.string().describe("shown this once; verify with any Standard Webhooks library"),
});

export const NewEndpoint = Endpoint.extend(EndpointSecret.shape).meta({ id: "NewEndpoint" });

export const Delivery = named("Delivery", {
  id: z.int(),
  seq: z.int().nullable().describe("of the event; null = a test, or a message about several"),
  what: z.string().describe("the event's type, or what else was sent"),
  outcome: z
    .enum(DELIVERY_OUTCOMES)
    .describe("`given_up`: refused so often that it is left out; `gone`: the receiver wants no more (410)"),
  status: z.int().nullable().describe("of the receiver's answer; null = there was none"),
  error: z.string().nullable(),
  ms: z.int().describe("how long it took"),
  at: instant,
});

/** What became of a test. */
export const TestDelivery = named("TestDelivery", {
  delivered: z.boolean(),
  status: z.int().nullable(),
  error: z.string().nullable(),
  ms: z.int(),
});
