import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Sku } from "../../domain/catalogue/product-row.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { MappingShape, UnmatchedShape } from "../../domain/contract/ingest.ts";
import { packText } from "../../domain/delivery/chunking.ts";
import type { AcceptAnswer } from "../../domain/messages/batch.ts";
import { inboxOf } from "../../durable/stubs.ts";
import {
  forgetUnmatched,
  listUnmatched,
  mapProduct,
  type StoredUnmatched,
} from "../../services/ingest/unmatched.ts";
import { storing } from "../accept.ts";
import { requestContext } from "../after-commit.ts";
import { sha256Hex } from "../body.ts";
import { type AppEnv, newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
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
  })
  .refine(({ competitorSku, url }) => (competitorSku === undefined) !== (url === undefined), {
    message: "either competitorSku or url",
    path: ["competitorSku"],
  });

const listRoute = createRoute({
  method: "get",
  path: "/api/unmatched",
  tags: ["ingest"],
  summary: "Observations whose product is not known, newest first; kept 30 days",
  middleware: requireScope("read"),
  request: { query: PageQuery.extend({ competitor: z.string().optional() }) },
  responses: jsonReply(200, pageOf(UnmatchedShape), "a page of unmatched observations"),
});

const mapRoute = createRoute({
  method: "post",
  path: "/api/mappings",
  tags: ["ingest"],
  summary: "Say which product a competitor's own number or page is; what waited for it is taken in again",
  middleware: requireScope("write"),
  request: jsonBody(NewMapping),
  responses: jsonReply(201, MappingShape, "the mapping, and the batches of the rows that waited"),
});

export const unmatchedRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, competitor } = c.req.valid("query");
    const place = decodeCursor(cursor, z.tuple([z.number(), z.string()]));
    const after = place ? { lastSeenAt: place[0], id: place[1] } : null;
    const { d1, now } = requestContext(c);
    const rows = await listUnmatched(d1, { competitor: competitor ?? null, limit: limit + 1, after, now });
    return c.json(
      pageFrom(rows, limit, presentUnmatched, ({ lastSeenAt, id }) => [lastSeenAt, id]),
      200,
    );
  })
  .openapi(mapRoute, async (c) => {
    const { competitor, competitorSku, url, sku } = c.req.valid("json");
    const ctx = requestContext(c);
    const key =
      competitorSku !== undefined
        ? { kind: "sku" as const, key: competitorSku }
        : { kind: "url" as const, key: url ?? "" };
    const { rows } = await mapProduct(ctx, { competitor, ...key, sku });
    const batches: { batchId: string; source: string }[] = [];
    let reingested = 0;
    for (const [source, waiting] of rows) {
      batches.push({ batchId: await takeInAgain(c, source, waiting, ctx.now), source });
      await forgetUnmatched(ctx, waiting);
      reingested += waiting.length;
    }
    return c.json({ competitor, ...given({ competitorSku, url }), sku, reingested, batches }, 201);
  });

/** Accepts the rows as a batch of their source; the same rows are the same batch, so that a second try is none. */
async function takeInAgain(
  c: Context<AppEnv>,
  source: string,
  waiting: readonly StoredUnmatched[],
  now: number,
): Promise<string> {
  // a SKU of ours that is none must not stand before the mapping
  const rows = waiting.map(({ row: { sku: _, ...row } }) => row);
  const sha256 = await sha256Hex(new TextEncoder().encode(JSON.stringify(rows)));
  const batchId = `mapped_${sha256.slice(0, 24)}`;
  const head = { source, batchId, sha256, kind: "observations" as const, receivedAt: now };
  const batch = { ...head, chunks: packText(rows), received: rows.length };
  await storing<AcceptAnswer>(inboxOf(c.env, batchId).accept(batch), { source, batchId });
  return batchId;
}

function presentUnmatched(row: StoredUnmatched): z.infer<typeof UnmatchedShape> {
  const { id, source, competitor, competitorSku, url, sightings } = row;
  return {
    ...{ id, source, competitor, ...given({ competitorSku, url }), sightings, row: row.row },
    firstSeenAt: iso(row.firstSeenAt),
    lastSeenAt: iso(row.lastSeenAt),
  };
}
