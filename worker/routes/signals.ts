import { createRoute, z } from "@hono/zod-openapi";
import { listSignals, readSignal, SIGNAL_LIST, type SignalFilter } from "../../db/reads/market.ts";
import { GROUP_SORTS, listSignalGroups } from "../../db/reads/signal-groups.ts";
import { summariseSignals } from "../../db/reads/signal-summary.ts";
import { named, pageOf } from "../../domain/contract/answers.ts";
import { Signal, SignalSummary } from "../../domain/contract/market.ts";
import { invalidField, orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import type { Actor } from "../../domain/identity/rights.ts";
import { acknowledgeSignal, acknowledgeSignals } from "../../services/market/acknowledge-signals.ts";
import { assigneeAsked, assignSignal, assignSignals } from "../../services/market/assign-signals.ts";
import { CHANGED_MAX, type WhichSignals } from "../../services/market/change-signals.ts";
import { publishChangedSignals, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentSignal } from "../presenters/market.ts";
import { rounded } from "../presenters/marts.ts";

const IdParam = z.object({ id: z.string().max(100) });
const get = { method: "get" as const, tags: ["market"], middleware: requireScope("read") };
const post = { method: "post" as const, tags: ["market"], middleware: requireScope("write") };

const Filter = z.strictObject({
  status: Signal.shape.status.optional(),
  type: z.string().max(50).optional(),
  sku: z.string().optional(),
  competitor: z.string().optional(),
  category: z.string().optional(),
  minPriority: z.coerce.number().int().min(1).max(3).optional(),
  minGap: z.coerce
    .number()
    .min(0)
    .max(1_000)
    .optional()
    .describe("least size, in per cent, of the change or gap that the signal tells of"),
  assignee: z
    .string()
    .max(320)
    .optional()
    .describe("a person's address; `me`: whoever asks; `none`: given to nobody yet"),
  groupBy: z
    .enum(["move", "product"])
    .optional()
    .describe(
      "move: one item for each move of a competitor, or for what happened to one product at a time. product: one item for each product. It is the signal of the largest change, with `group`. `total` counts groups; sorted by openedAt, priority or severity",
    ),
  move: z.string().max(300).optional().describe("the `group.id` of a move: its signals"),
});
const ListQuery = listQuery(SIGNAL_LIST, Filter.shape);
const { q, sort } = ListQuery.shape;

const listRoute = createRoute({
  ...get,
  path: "/api/signals",
  summary: "Signals",
  request: { query: ListQuery },
  responses: jsonReply(200, pageOf(Signal), "a page of signals, or of groups"),
});

const summaryRoute = createRoute({
  ...get,
  path: "/api/signals/summary",
  summary: "What the signals of a query come to: by type, and products that are undercut again and again",
  request: { query: Filter.omit({ groupBy: true }).extend({ q }) },
  responses: jsonReply(200, SignalSummary, "the counts"),
});

const readRoute = createRoute({
  ...get,
  path: "/api/signals/{id}",
  summary: "One signal",
  request: { params: IdParam },
  responses: jsonReply(200, Signal, "the signal"),
});

const acknowledgeRoute = createRoute({
  ...post,
  method: "put",
  path: "/api/signals/{id}/acknowledge",
  summary: "Acknowledge an open signal",
  request: { params: IdParam },
  responses: jsonReply(200, Signal, "the signal"),
});

const Which = z.strictObject({
  ids: z.array(z.string().max(100)).min(1).max(CHANGED_MAX).optional(),
  filter: Filter.extend({ q, sort })
    .optional()
    .describe("the query of the list; what of it cannot be changed is left alone"),
});

const counts = (name: string) =>
  named(name, {
    done: z.int(),
    skipped: z.int().describe("of those named: as asked already, or resolved"),
    remaining: z.int().describe("further ones of the query, which this request did not come to: ask again"),
  });

const acknowledgeManyRoute = createRoute({
  ...post,
  path: "/api/signals/acknowledge",
  summary: "Acknowledge many open signals; those that are not open are left alone",
  request: jsonBody(Which),
  responses: jsonReply(200, counts("AcknowledgedSignals"), "counts"),
});

const to = z.string().trim().toLowerCase().max(320).nullable();
const Assignment = { to: to.describe("a person's address; null: nobody sees to it any more") };

const assignRoute = createRoute({
  ...post,
  path: "/api/signals/{id}/assign",
  summary: "Give a signal to a person who sees to it",
  request: { params: IdParam, ...jsonBody(z.strictObject(Assignment)) },
  responses: jsonReply(200, Signal, "the signal"),
});

const assignManyRoute = createRoute({
  ...post,
  path: "/api/signals/assign",
  summary: "Give many signals to a person; resolved ones are left alone",
  request: jsonBody(Which.extend(Assignment)),
  responses: jsonReply(200, counts("AssignedSignals"), "counts"),
});

export const signalRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { db, actor } = requestContext(c);
    const asked = filterOf(actor, c.req.valid("query"));
    const query = pageQuery(SIGNAL_LIST, asked);
    const { groupBy } = asked;
    if (groupBy === undefined)
      return c.json(presentPage(await listSignals(db, query, asked), query, presentSignal), 200);
    assertGroupSort(asked.sort);
    const groups = await listSignalGroups(db, query, { ...asked, groupBy });
    return c.json(presentPage(groups, query, presentSignal), 200);
  })
  .openapi(summaryRoute, async (c) => {
    const { db, actor, now } = requestContext(c);
    const { types, ...sums } = await summariseSignals(db, filterOf(actor, c.req.valid("query")), now);
    const shown = types.map(({ meanChange, ...row }) => ({ ...row, meanChangePct: rounded(meanChange, 2) }));
    return c.json({ ...sums, types: shown }, 200);
  })
  .openapi(readRoute, async (c) => {
    const { id } = c.req.valid("param");
    const found = orNotFound(await readSignal(requestContext(c).db, id), "no such signal");
    return c.json(presentSignal(found), 200);
  })
  .openapi(acknowledgeRoute, async (c) => {
    const found = await acknowledgeSignal(requestContext(c), c.req.valid("param").id);
    publishChangedSignals(c, [found.signal]);
    return c.json(presentSignal(found), 200);
  })
  .openapi(acknowledgeManyRoute, async (c) => {
    const ctx = requestContext(c);
    const { changed, ...rest } = await acknowledgeSignals(ctx, whichOf(ctx.actor, c.req.valid("json")));
    publishChangedSignals(c, changed);
    return c.json({ done: changed.length, ...rest }, 200);
  })
  .openapi(assignManyRoute, async (c) => {
    const ctx = requestContext(c);
    const { to: person, ...which } = c.req.valid("json");
    const { changed, ...rest } = await assignSignals(ctx, whichOf(ctx.actor, which), person);
    publishChangedSignals(c, changed);
    return c.json({ done: changed.length, ...rest }, 200);
  })
  .openapi(assignRoute, async (c) => {
    const found = await assignSignal(requestContext(c), c.req.valid("param").id, c.req.valid("json").to);
    publishChangedSignals(c, [found.signal]);
    return c.json(presentSignal(found), 200);
  });

function filterOf<T extends SignalFilter>(actor: Actor, filter: T): T {
  return { ...filter, assignee: assigneeAsked(actor, filter.assignee) };
}

/** @throws ProblemError `invalid` unless there is either the one or the other */
function whichOf(actor: Actor, { ids, filter }: z.infer<typeof Which>): WhichSignals {
  if (ids !== undefined && filter === undefined) return { ids };
  if (ids === undefined && filter !== undefined) return { filter: filterOf(actor, filter) };
  throw invalidField("ids", "invalid", "give either ids or a filter");
}

/** @throws ProblemError `invalid` if groups cannot be sorted by it */
function assertGroupSort(sort: string | undefined): void {
  if (sort === undefined || GROUP_SORTS.has(sort)) return;
  throw new ProblemError("invalid", "groups cannot be sorted by this", {
    errors: [{ path: "sort", code: "invalid", message: `one of ${[...GROUP_SORTS].join(", ")}` }],
  });
}
