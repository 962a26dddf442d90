import { createRoute, z } from "@hono/zod-openapi";
import { AUDIT_LIST, listAudit } from "../../db/reads/chains.ts";
import { InstantIn, pageOf } from "../../domain/contract/answers.ts";
import { AuditEntry, ChainReport } from "../../domain/contract/decisions.ts";
import { exportChain } from "../../services/chains/export-chain.ts";
import { PARTS, type Place } from "../../services/chains/place.ts";
import { verifyChains, verifyInFull } from "../../services/chains/verify.ts";
import { proofContext, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply, problemAnswer } from "../openapi.ts";
import { presentAuditEntry, presentChainReport } from "../presenters/audit.ts";

const listRoute = createRoute({
  method: "get",
  path: "/api/audit",
  tags: ["operate"],
  summary: "Who changed what, before and after",
  middleware: requireScope("read"),
  request: {
    query: listQuery(AUDIT_LIST, {
      subject: z.string().optional(),
      action: z.string().optional(),
      sku: z.string().optional(),
      actor: z.string().optional().describe("name or id"),
      kind: z
        .string()
        .optional()
        .describe("an action, or what it begins with: `proposal` for `proposal.apply`"),
      from: InstantIn.optional(),
      to: InstantIn.optional().describe("included"),
    }),
  },
  responses: jsonReply(200, pageOf(AuditEntry), "a page of entries"),
});

const verifyRoute = createRoute({
  method: "get",
  path: "/api/audit/verify",
  tags: ["operate"],
  summary: "Check both hash chains since the kept heads, and that what is in force is what they say",
  description:
    "With `full=true` everything is checked from the first entry on, a page at a time: ask again with `cursor=` " +
    "the answer's `nextCursor`, until that is null.",
  middleware: requireScope("read"),
  request: {
    query: z.object({
      full: z.enum(["true", "false"]).default("false"),
      cursor: z.string().max(500).optional(),
    }),
  },
  responses: jsonReply(200, ChainReport, "whether they hold"),
});

const exportRoute = createRoute({
  method: "get",
  path: "/api/audit/export",
  tags: ["operate"],
  summary: "A whole chain as JSON lines, as it was hashed: `scripts/verify-export.mjs` verifies it anywhere",
  middleware: requireScope("read"),
  request: { query: z.object({ chain: z.enum(["ledger", "audit"]) }) },
  responses: {
    200: { description: "one entry a line", content: { "application/x-ndjson": { schema: z.string() } } },
    default: problemAnswer("error"),
  },
});

const PlaceOf = z.tuple([z.enum(PARTS), z.union([z.number(), z.string()]), z.string()]);

const placeOf = ({ part, after, hash = "" }: Place) => [part, after, hash];

export const auditRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { from, to, ...asked } = c.req.valid("query");
    const query = pageQuery(AUDIT_LIST, asked);
    const span = { from: from ? Date.parse(from) : undefined, to: to ? Date.parse(to) : undefined };
    const page = await listAudit(requestContext(c).db, query, { ...asked, ...span });
    return c.json(
      presentPage(page, query, ({ entry }) => presentAuditEntry(entry)),
      200,
    );
  })
  .openapi(exportRoute, async (c) => {
    const lines = await exportChain(proofContext(c), c.req.valid("query").chain);
    // the router knows the types of JSON answers only
    return c.body(lines, 200, { "content-type": "application/x-ndjson" }) as never;
  })
  .openapi(verifyRoute, async (c) => {
    const { full, cursor } = c.req.valid("query");
    const ctx = proofContext(c);
    if (full === "false") return c.json(presentChainReport(await verifyChains(ctx)), 200);
    const place = decodeCursor(cursor, PlaceOf);
    const from = place ? { part: place[0], after: place[1], ...(place[2] && { hash: place[2] }) } : null;
    const report = await verifyInFull(ctx, from);
    const nextCursor = report.next && encodeCursor(placeOf(report.next));
    return c.json({ ...presentChainReport(report), nextCursor }, 200);
  });
