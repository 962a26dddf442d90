import { createRoute, z } from "@hono/zod-openapi";
import {
  COMPETITOR_LIST,
  listCompetitors,
  listSignals,
  readSignal,
  SIGNAL_LIST,
} from "../../db/reads/market.ts";
import { GROUP_SORTS, listSignalGroups } from "../../db/reads/signal-groups.ts";
import { named, pageOf } from "../../domain/contract/answers.ts";
import { Competitor, DemandDay, Offer, Signal, TrendPoint } from "../../domain/contract/market.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { TREND_WINDOWS } from "../../domain/shard/competitors/trend.ts";
import { acknowledgeSignal } from "../../services/market/acknowledge-signal.ts";
import { ACKNOWLEDGED_MAX, acknowledgeSignals } from "../../services/market/acknowledge-signals.ts";
import { mergeCompetitors } from "../../services/market/merge-competitors.ts";
import { drainSoon, publishAcknowledged, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { presentCompetitor, presentSignal } from "../presenters/market.ts";
import { askedOf, demandDays, offersOf, trendPoints } from "../product-market.ts";
import { When } from "../when.ts";

const SkuParam = z.object({ sku: z.string().max(100) });
const IdParam = z.object({ id: z.string().max(100) });
const get = { method: "get" as const, tags: ["market"], middleware: requireScope("read") };

const offersRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/offers",
  summary: "Each competitor's latest accepted offer",
  request: { params: SkuParam },
  responses: jsonReply(200, pageOf(Offer), "offers, cheapest first"),
});

const trendRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/trend",
  summary: "Competitor prices in windows, from their change points",
  request: {
    params: SkuParam,
    query: z.object({
      from: When.optional(),
      to: When.optional(),
      window: z.enum(TREND_WINDOWS).default("1d").describe("`1d`: the civil days of the install's time zone"),
      bySeller: z.enum(["true", "false"]).default("false").describe("tell the sellers of marketplaces apart"),
    }),
  },
  responses: jsonReply(200, pageOf(TrendPoint), "windows, oldest first"),
});

const demandRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/demand",
  summary: "Daily demand",
  request: { params: SkuParam, query: z.object({ from: When.optional(), to: When.optional() }) },
  responses: jsonReply(200, pageOf(DemandDay), "days, oldest first"),
});

const GroupBy = z
  .enum(["move"])
  .optional()
  .describe(
    "one item for each move of a competitor, or for what happened to one product at a time: its signal of the largest change, with `group`. `total` counts groups; sorted by openedAt, priority or severity",
  );
const Move = z.string().max(300).optional().describe("the `group.id` of a move: its signals");

const signalsRoute = createRoute({
  ...get,
  path: "/api/signals",
  summary: "Signals",
  request: {
    query: listQuery(SIGNAL_LIST, {
      status: Signal.shape.status.optional(),
      type: z.string().max(50).optional(),
      sku: z.string().optional(),
      competitor: z.string().optional(),
      category: z.string().optional(),
      minPriority: z.coerce.number().int().min(1).max(3).optional(),
      groupBy: GroupBy,
      move: Move,
    }),
  },
  responses: jsonReply(200, pageOf(Signal), "a page of signals, or of groups"),
});

const signalRoute = createRoute({
  ...get,
  path: "/api/signals/{id}",
  summary: "One signal",
  request: { params: IdParam },
  responses: jsonReply(200, Signal, "the signal"),
});

const acknowledgeRoute = createRoute({
  method: "put",
  path: "/api/signals/{id}/acknowledge",
  tags: ["market"],
  summary: "Acknowledge an open signal",
  middleware: requireScope("write"),
  request: { params: IdParam },
  responses: jsonReply(200, Signal, "the signal"),
});

const { q, sort, ...SignalQuery } = signalsRoute.request.query.shape;

const acknowledgeManyRoute = createRoute({
  method: "post",
  path: "/api/signals/acknowledge",
  tags: ["market"],
  summary: "Acknowledge many open signals; those that are not open are left alone",
  middleware: requireScope("write"),
  request: jsonBody(
    z.strictObject({
      ids: z.array(z.string().max(100)).min(1).max(ACKNOWLEDGED_MAX).optional(),
      filter: z
        .strictObject({
          ...{ q, sort, status: SignalQuery.status, type: SignalQuery.type, sku: SignalQuery.sku },
          ...{ competitor: SignalQuery.competitor, category: SignalQuery.category },
          ...{ minPriority: SignalQuery.minPriority, groupBy: SignalQuery.groupBy, move: SignalQuery.move },
        })
        .optional()
        .describe("the query of the list; only what of it is open is acknowledged"),
    }),
  ),
  responses: jsonReply(
    200,
    named("AcknowledgedSignals", {
      done: z.int(),
      skipped: z.int().describe("not open any more"),
      remaining: z.int().describe("open ones of the query that this request did not come to: ask again"),
    }),
    "counts",
  ),
});

const mergeRoute = createRoute({
  method: "post",
  path: "/api/competitors/{id}/merge",
  tags: ["market"],
  summary: "Make a competitor another name of a second one: their offers count as one",
  middleware: requireScope("write"),
  request: {
    params: z.object({ id: z.string().max(200) }),
    ...jsonBody(z.strictObject({ into: z.string().trim().min(1).max(200) })),
  },
  responses: {
    ...jsonReply(200, Competitor, "the second competitor"),
    404: problemAnswer("not_found"),
    409: problemAnswer("illegal_transition: one of them is merged already"),
  },
});

const competitorsRoute = createRoute({
  ...get,
  path: "/api/competitors",
  summary: "Competitors",
  request: { query: listQuery(COMPETITOR_LIST, {}) },
  responses: jsonReply(200, pageOf(Competitor), "a page of competitors"),
});

export const marketRoutes = newRouter()
  .openapi(offersRoute, async (c) =>
    c.json({ items: await offersOf(await askedOf(c, c.req.valid("param").sku)), nextCursor: null }, 200),
  )
  .openapi(trendRoute, async (c) => {
    const { bySeller, ...query } = c.req.valid("query");
    const points = await trendPoints(await askedOf(c, c.req.valid("param").sku), {
      ...query,
      bySeller: bySeller === "true",
    });
    return c.json({ items: points, nextCursor: null }, 200);
  })
  .openapi(demandRoute, async (c) => {
    const days = await demandDays(await askedOf(c, c.req.valid("param").sku), c.req.valid("query"));
    return c.json({ items: days, nextCursor: null }, 200);
  })
  .openapi(signalsRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(SIGNAL_LIST, asked);
    const { db } = requestContext(c);
    if (asked.groupBy === undefined)
      return c.json(presentPage(await listSignals(db, query, asked), query, presentSignal), 200);
    assertGroupSort(asked.sort);
    return c.json(presentPage(await listSignalGroups(db, query, asked), query, presentSignal), 200);
  })
  .openapi(signalRoute, async (c) => {
    const { id } = c.req.valid("param");
    const found = orNotFound(await readSignal(requestContext(c).db, id), "no such signal");
    return c.json(presentSignal(found), 200);
  })
  .openapi(acknowledgeRoute, async (c) => {
    const found = await acknowledgeSignal(requestContext(c), c.req.valid("param").id);
    publishAcknowledged(c, [found.signal]);
    return c.json(presentSignal(found), 200);
  })
  .openapi(acknowledgeManyRoute, async (c) => {
    const { ids, filter } = c.req.valid("json");
    if ((ids === undefined) === (filter === undefined))
      throw new ProblemError("invalid", "give either ids or a filter", {
        errors: [{ path: "ids", code: "invalid", message: "give either ids or a filter" }],
      });
    const which = ids === undefined ? { filter: filter ?? {} } : { ids };
    const { changed, skipped, remaining } = await acknowledgeSignals(requestContext(c), which);
    publishAcknowledged(c, changed);
    return c.json({ done: changed.length, skipped, remaining }, 200);
  })
  .openapi(mergeRoute, async (c) => {
    const { id } = c.req.valid("param");
    const merged = await mergeCompetitors(requestContext(c), id, c.req.valid("json").into);
    drainSoon(c);
    return c.json(presentCompetitor(merged), 200);
  })
  .openapi(competitorsRoute, async (c) => {
    const query = pageQuery(COMPETITOR_LIST, c.req.valid("query"));
    const page = await listCompetitors(requestContext(c).db, query);
    return c.json(
      presentPage(page, query, ({ competitor }) => presentCompetitor(competitor)),
      200,
    );
  });

/** @throws ProblemError `invalid` if groups cannot be sorted by it */
function assertGroupSort(sort: string | undefined): void {
  if (sort === undefined || GROUP_SORTS.has(sort)) return;
  throw new ProblemError("invalid", "groups cannot be sorted by this", {
    errors: [{ path: "sort", code: "invalid", message: `one of ${[...GROUP_SORTS].join(", ")}` }],
  });
}
