import { createRoute, z } from "@hono/zod-openapi";
import { Sku } from "../../domain/catalogue/product-row.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { MappingShape, UnmatchedShape } from "../../domain/contract/ingest.ts";
import { portsOf } from "../../durable/ports.ts";
import { followSku } from "../../services/catalogue/rename/aliases.ts";
import { mapProduct } from "../../services/ingest/map-product.ts";
import { usualFactor } from "../../services/ingest/mappings.ts";
import { listUnmatched, UNMATCHED_LIST, type UnmatchedRecord } from "../../services/ingest/unmatched.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const name = z.string().trim().min(1);
const NewMapping = z
  .strictObject({
    competitor: name.max(200),
    competitorSku: name.max(200).optional(),
    url: name.max(2000).optional(),
    sku: Sku,
    packFactor: z
      .number()
      .min(0.001)
      .max(10_000)
      .optional()
      .describe("packs of ours in theirs: their prices are divided by it; default 1"),
  })
  .refine(({ competitorSku, url }) => (competitorSku === undefined) !== (url === undefined), {
    message: "either competitorSku or url",
    path: ["competitorSku"],
  });

const listRoute = createRoute({
  method: "get",
  path: "/api/unmatched",
  tags: ["ingest"],
  summary: "Observations whose product is not known; kept 30 days",
  middleware: requireScope("read"),
  request: {
    query: listQuery(UNMATCHED_LIST, { competitor: z.string().optional(), source: z.string().optional() }),
  },
  responses: jsonReply(200, pageOf(UnmatchedShape), "a page of unmatched observations"),
});

const mapRoute = createRoute({
  method: "post",
  path: "/api/mappings",
  tags: ["ingest"],
  summary: "Map a competitor's own number or page to a product; rows that waited for it are accepted again",
  middleware: requireScope("write"),
  request: jsonBody(NewMapping),
  responses: jsonReply(201, MappingShape, "the mapping, and the batches of the rows that waited"),
});

export const unmatchedRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(UNMATCHED_LIST, asked);
    const page = await listUnmatched(requestContext(c), query, asked);
    return c.json(
      presentPage(page, query, ({ row }) => presentUnmatched(row)),
      200,
    );
  })
  .openapi(mapRoute, async (c) => {
    const { competitor, competitorSku, url, packFactor, ...asked } = c.req.valid("json");
    const sku = await followSku(requestContext(c).db, asked.sku);
    const key =
      competitorSku !== undefined
        ? { kind: "sku" as const, key: competitorSku }
        : { kind: "url" as const, key: url ?? "" };
    const batches = await mapProduct(requestContext(c), portsOf(c.env), {
      ...{ competitor, ...key, sku },
      packFactor: usualFactor(packFactor),
    });
    const reingested = batches.reduce((sum, { rows }) => sum + rows, 0);
    return c.json(
      {
        ...{ competitor, ...given({ competitorSku, url, packFactor }), sku, reingested },
        batches: batches.map(({ batchId, source }) => ({ batchId, source })),
      },
      201,
    );
  });

function presentUnmatched(row: UnmatchedRecord): z.infer<typeof UnmatchedShape> {
  const { id, source, competitor, competitorSku, url, sightings } = row;
  return {
    ...{ id, source, competitor, ...given({ competitorSku, url }), sightings, row: row.row },
    firstSeenAt: iso(row.firstSeenAt),
    lastSeenAt: iso(row.lastSeenAt),
  };
}
