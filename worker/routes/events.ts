import { createRoute, z } from "@hono/zod-openapi";
import { EventPage } from "../../domain/contract/outgoing.ts";
import { EVENT_PATTERNS, typesAmong } from "../../domain/outgoing/event-types.ts";
import { presentEvent } from "../../domain/outgoing/present-event.ts";
import { EVENT_LIST, listEvents, readEnds } from "../../services/outgoing/read-events.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";

const patterns = z
  .string()
  .transform((text) => text.split(",").map((name) => name.trim()))
  .pipe(z.array(z.enum(EVENT_PATTERNS)));

const listRoute = createRoute({
  method: "get",
  path: "/api/events",
  tags: ["webhooks"],
  summary: "What happened, in the order of the commits: prices, overrides, proposals, signals, runs",
  description:
    "Ask again with `since` = the `seq` of the last event that you have dealt with. Every change writes its events in " +
    "its own commit, so none is missed; numbers have no gaps. Events are kept as long as the settings say.",
  middleware: requireScope("read"),
  request: {
    query: listQuery(EVENT_LIST, {
      since: z.coerce.number().int().min(0).default(0).describe("only events after this number"),
      type: patterns.optional().describe("types, with commas between; `price.*` for all of a family"),
      sku: z.string().max(200).optional(),
      subject: z.string().max(200).optional().describe("the id of a proposal, override, signal or run"),
    }),
  },
  responses: jsonReply(200, EventPage, "the events"),
});

export const eventRoutes = newRouter().openapi(listRoute, async (c) => {
  const { db } = requestContext(c);
  const { type, ...asked } = c.req.valid("query");
  const query = pageQuery(EVENT_LIST, asked);
  const [page, ends] = await Promise.all([
    listEvents(db, query, { ...asked, types: type && typesAmong(type) }),
    readEnds(db),
  ]);
  return c.json({ ...presentPage(page, query, ({ event }) => presentEvent(event)), ...ends }, 200);
});
