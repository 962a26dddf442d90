import { createRoute, z } from "@hono/zod-openapi";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import {
  MatchCommand,
  MatchesShape,
  MatchReviewShape,
  SettledMatchShape,
  SuggestionsShape,
} from "../../domain/contract/matching.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { MATCH_STATUSES } from "../../domain/messages/match-listing.ts";
import { portsOf } from "../../durable/ports.ts";
import { findUnmatched } from "../../services/ingest/unmatched.ts";
import { matchListings, suggestProducts } from "../../services/matching/match-listings.ts";
import {
  KEPT_MS,
  listMatches,
  MATCH_LIST,
  type MatchReviewRecord,
  settleMatch,
} from "../../services/matching/reviews.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonAnswer, jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const params = z.object({ id: z.string().max(100) });
const SETTLED = {
  200: jsonAnswer(SettledMatchShape, "The match, settled"),
  404: problemAnswer("not_found"),
  409: problemAnswer("illegal_transition: it has been settled in another way"),
};

const match = createRoute({
  method: "post",
  path: "/api/match",
  tags: ["ingest"],
  summary: "Find our product for each listing; what is not sure waits for a person",
  middleware: requireScope("ingest", "write"),
  request: jsonBody(MatchCommand),
  responses: jsonReply(200, MatchesShape, "a match for each listing, in order"),
});

const list = createRoute({
  method: "get",
  path: "/api/matches",
  tags: ["ingest"],
  summary: "Matches that wait for a person, and those that were settled",
  middleware: requireScope("read"),
  request: {
    query: listQuery(MATCH_LIST, {
      status: z.enum(MATCH_STATUSES).optional(),
      sku: z.string().max(200).optional(),
      competitor: z.string().max(200).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(MatchReviewShape), "a page of matches"),
});

const accept = createRoute({
  method: "post",
  path: "/api/matches/{id}/accept",
  tags: ["ingest"],
  summary: "It is the product: the match stands, and rows that waited for it are accepted again",
  middleware: requireScope("write"),
  request: { params },
  responses: SETTLED,
});

const reject = createRoute({
  method: "post",
  path: "/api/matches/{id}/reject",
  tags: ["ingest"],
  summary: "It is another product: the match is not offered again",
  middleware: requireScope("write"),
  request: { params },
  responses: SETTLED,
});

const suggest = createRoute({
  method: "get",
  path: "/api/unmatched/{id}/suggestions",
  tags: ["ingest"],
  summary: "Our products that an unmatched row may be, by its title and numbers",
  middleware: requireScope("read"),
  request: { params },
  responses: { 200: jsonAnswer(SuggestionsShape, "The likeliest first"), 404: problemAnswer("not_found") },
});

export const matchingRoutes = newRouter()
  .openapi(match, async (c) => {
    const { listings } = c.req.valid("json");
    return c.json({ matches: await matchListings(requestContext(c), listings) }, 200);
  })
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(MATCH_LIST, asked);
    const page = await listMatches(requestContext(c), query, asked);
    return c.json(
      presentPage(page, query, ({ row }) => presentReview(row)),
      200,
    );
  })
  .openapi(accept, async (c) => c.json(await settled(c, "accepted"), 200))
  .openapi(reject, async (c) => c.json(await settled(c, "rejected"), 200))
  .openapi(suggest, async (c) => {
    const ctx = requestContext(c);
    const found = await findUnmatched(ctx, c.req.valid("param").id);
    if (!found) throw new ProblemError("not_found", "no such unmatched row");
    const text = (field: string) => (typeof found.row[field] === "string" ? found.row[field] : null);
    const title = text("title") ?? "";
    const suggestions = await suggestProducts(ctx, {
      id: found.id,
      title,
      gtin: text("gtin"),
      mpn: text("mpn"),
      brand: text("brand"),
    });
    return c.json({ suggestions }, 200);
  });

async function settled(
  c: Parameters<typeof requestContext>[0] & { env: Parameters<typeof portsOf>[0] },
  status: "accepted" | "rejected",
) {
  const id = c.req.param("id") ?? "";
  const { review, reingested } = await settleMatch(requestContext(c), portsOf(c.env), id, status);
  return { review: presentReview(review), reingested };
}

function presentReview(row: MatchReviewRecord): z.infer<typeof MatchReviewShape> {
  const { id, listing, sku, score, why, packFactor, status, settledBy } = row;
  return {
    ...{ id, listing, sku, score, why, status, ...given({ packFactor, settledBy }) },
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    expiresAt: iso(row.updatedAt + KEPT_MS[status]),
  };
}
