import { createRoute, z } from "@hono/zod-openapi";
import { summariseProposals } from "../../db/reads/proposal-summary.ts";
import { listProposals, PROPOSAL_LIST, readProposal } from "../../db/reads/proposals.ts";
import { MoneyIn } from "../../domain/catalogue/product-row.ts";
import { InstantIn, money, named, pageOf } from "../../domain/contract/answers.ts";
import { Proposal, ProposalDetail, ProposalSummary } from "../../domain/contract/decisions.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { followSku } from "../../services/catalogue/rename/aliases.ts";
import { cheapestOffers } from "../../services/market/market-products.ts";
import { priorPriceOfProposal } from "../../services/pricing/read-prior-price.ts";
import { approveProposal, rejectProposal, undoApproval } from "../../services/proposals/approve.ts";
import { decideInBulk } from "../../services/proposals/bulk.ts";
import { withExplanation } from "../../services/proposals/explanations.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { applySoon, drainAfterPage, drainSoon, publishDecision, requestContext } from "../after-commit.ts";
import { fieldErrors, newRouter } from "../context.ts";
import { cursorOf, listQuery, pageQuery, presentPage } from "../list.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import {
  presentEffect,
  presentProposal,
  presentProposalDetail,
  presentProposalSummary,
} from "../presenters/decisions.ts";
import { presentPriorPrice } from "../presenters/price.ts";

const IdParam = z.object({ id: z.string().max(100) });
const Filter = z.strictObject({
  status: Proposal.shape.status.optional(),
  risk: Proposal.shape.risk.optional(),
  sku: z.string().optional(),
  category: z.string().optional(),
  brand: z.string().optional(),
  strategy: z.string().optional(),
  runId: z.string().optional(),
});
const ListQuery = listQuery(PROPOSAL_LIST, Filter.shape);
const { q, sort } = ListQuery.shape;
const note = z.string().max(2_000).optional();
const Approval = z.strictObject({
  note,
  price: MoneyIn.optional(),
  effectiveAt: InstantIn.optional().describe("applied then, by the minute tick; default: at once"),
  until: InstantIn.optional().describe("when the price before it comes back; default: it stays"),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/proposals",
  tags: ["proposals"],
  summary: "Proposals",
  middleware: requireScope("read"),
  request: { query: ListQuery },
  responses: jsonReply(200, pageOf(Proposal), "a page of proposals"),
});

const summaryRoute = createRoute({
  method: "get",
  path: "/api/proposals/summary",
  tags: ["proposals"],
  summary: "What waits for a decision, what was decided in the last day, and what the last run proposed",
  middleware: requireScope("read"),
  request: { query: z.object({ category: z.string().max(200).optional() }) },
  responses: jsonReply(200, ProposalSummary, "the figures"),
});

const readRoute = createRoute({
  method: "get",
  path: "/api/proposals/{id}",
  tags: ["proposals"],
  summary: "One proposal with its explanation",
  middleware: requireScope("read"),
  request: { params: IdParam },
  responses: jsonReply(200, ProposalDetail, "the proposal"),
});

const approveRoute = createRoute({
  method: "post",
  path: "/api/proposals/{id}/approve",
  tags: ["proposals"],
  summary: "Approve a proposal; without `effectiveAt` it is applied in the same request",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: {
    params: IdParam,
    body: { required: false, content: { "application/json": { schema: Approval } } },
  },
  responses: jsonReply(200, ProposalDetail, "the proposal"),
});

const rejectRoute = createRoute({
  method: "post",
  path: "/api/proposals/{id}/reject",
  tags: ["proposals"],
  summary: "Reject a proposal",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: {
    params: IdParam,
    body: { required: false, content: { "application/json": { schema: z.strictObject({ note }) } } },
  },
  responses: jsonReply(200, ProposalDetail, "the proposal"),
});

const undoRoute = createRoute({
  method: "post",
  path: "/api/proposals/{id}/undo",
  tags: ["proposals"],
  summary: "Take an approval back as long as its price is not in force: the proposal is pending again",
  description:
    "With the setting `undoSeconds`, an approval is `approved` for so long, and applied then. A price that is in force is " +
    "taken back with `POST /api/prices/{sku}/rollback`.",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: { params: IdParam },
  responses: jsonReply(200, ProposalDetail, "the proposal, pending"),
});

const Bulk = z.strictObject({
  action: z.enum(["approve", "reject"]),
  ids: z.array(z.string()).max(500).optional(),
  filter: Filter.extend({ q, sort })
    .optional()
    .describe("the query of the list; only what of it is pending is decided"),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .describe(
      "the `nextCursor` of the answer before, with the same filter: goes on behind what that one looked at",
    ),
  note,
  preview: z.boolean().optional().describe("answers what would happen, and does nothing"),
});

const BulkAnswer = named("BulkAnswer", {
  done: z.int().describe("decided as asked"),
  skipped: z.int().describe("were so already"),
  failed: z.array(z.object({ id: z.string(), code: z.string(), detail: z.string() })),
  remaining: z.int().describe("pending ones of the query that this request did not come to: ask again"),
  nextCursor: z.string().nullable().describe("where they begin"),
  effect: z.object({
    profit: money.nullable().describe("expected, against the present prices; null in several currencies"),
    currency: z.string().optional(),
    up: z.int(),
    down: z.int(),
  }),
});

const bulkRoute = createRoute({
  method: "post",
  path: "/api/proposals/bulk",
  tags: ["proposals"],
  summary: "Approve or reject many; one that cannot be does not keep the others from it",
  middleware: requireScope("approve"),
  request: jsonBody(Bulk),
  responses: jsonReply(200, BulkAnswer, "counts"),
});

export const proposalRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(PROPOSAL_LIST, asked);
    const ctx = requestContext(c);
    const [page, { settings }] = await Promise.all([
      listProposals(ctx.db, query, asked),
      readSettings(ctx.d1),
    ]);
    const skus = page.rows.map(({ proposal }) => proposal.sku);
    const cheapest = await cheapestOffers(ctx, settings.signals, skus);
    return c.json(
      presentPage(page, query, ({ proposal, product }) =>
        presentProposal(proposal, product, cheapest.get(proposal.sku)),
      ),
      200,
    );
  })
  .openapi(summaryRoute, async (c) => {
    const { db, now } = requestContext(c);
    return c.json(
      presentProposalSummary(await summariseProposals(db, c.req.valid("query").category, now)),
      200,
    );
  })
  .openapi(readRoute, async (c) => {
    const ctx = requestContext(c);
    const found = await readProposal(ctx.db, c.req.valid("param").id);
    if (!found) throw new ProblemError("not_found", "no such proposal");
    const { proposal, product } = found;
    const prior = await priorPriceOfProposal(ctx, proposal);
    return c.json(
      {
        ...presentProposalDetail(await withExplanation(ctx, proposal), product),
        ...(prior && { priorPrice: presentPriorPrice(proposal, prior) }),
      },
      200,
    );
  })
  .openapi(bulkRoute, async (c) => {
    const { action, ids, filter, cursor, note: text, preview } = c.req.valid("json");
    if ((ids === undefined) === (filter === undefined))
      throw new ProblemError("invalid", "give either ids or a filter", {
        errors: [{ path: "ids", code: "invalid", message: "give either ids or a filter" }],
      });
    const ctx = requestContext(c);
    const sku = filter?.sku && (await followSku(ctx.db, filter.sku));
    const { after, sort: order } = pageQuery(PROPOSAL_LIST, { limit: 1, cursor, sort: filter?.sort });
    const bulk = { action, ids, filter: filter && { ...filter, sku, after }, note: text, preview };
    const { changed, effect, next, ...counts } = await decideInBulk(ctx, bulk);
    if (!preview) {
      drainAfterPage(c, counts.remaining);
      applySoon(c, changed);
      publishDecision(c, changed);
    }
    return c.json({ ...counts, nextCursor: cursorOf(next, order!), effect: presentEffect(effect) }, 200);
  })
  .openapi(approveRoute, async (c) => {
    const { note: text, price, effectiveAt, until } = await optionalBody(c, Approval);
    const proposal = await approveProposal(requestContext(c), c.req.valid("param").id, {
      note: text,
      price,
      effectiveAt: instantOf(effectiveAt),
      until: instantOf(until),
    });
    drainSoon(c);
    applySoon(c, [proposal]);
    publishDecision(c, [proposal]);
    return c.json(presentProposalDetail(proposal, null), 200);
  })
  .openapi(undoRoute, async (c) => {
    const proposal = await undoApproval(requestContext(c), c.req.valid("param").id);
    publishDecision(c, [proposal]);
    return c.json(presentProposalDetail(proposal, null), 200);
  })
  .openapi(rejectRoute, async (c) => {
    const { note: text } = await optionalBody(c, z.strictObject({ note }));
    const proposal = await rejectProposal(requestContext(c), c.req.valid("param").id, { note: text });
    drainSoon(c);
    publishDecision(c, [proposal]);
    return c.json(presentProposalDetail(proposal, null), 200);
  });

function instantOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** A command's body may be left out altogether: the same as an empty object. */
async function optionalBody<T extends z.ZodType>(
  c: { req: { text(): Promise<string> } },
  schema: T,
): Promise<z.infer<T>> {
  const text = await c.req.text();
  const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProblemError("invalid", "the body does not have the expected form", {
    errors: fieldErrors(parsed.error.issues, value),
  });
}
