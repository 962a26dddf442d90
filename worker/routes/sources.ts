import { createRoute, z } from "@hono/zod-openapi";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { SourceSecret, SourceShape } from "../../domain/contract/ingest.ts";
import { troublesOf } from "../../domain/delivery/source.ts";
import { SourceId } from "../../domain/messages/batch.ts";
import { SOURCE_FORMATS } from "../../domain/messages/names.ts";
import { forgetSource } from "../../services/ingest/known-sources.ts";
import {
  changeSource,
  createSource,
  deleteSource,
  listSources,
  rotateSecret,
  SOURCE_LIST,
  type Source,
} from "../../services/ingest/sources.ts";
import { proofContext, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonAnswer, problemAnswer } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const params = z.object({ id: SourceId });
const rateLimit = z
  .number()
  .positive()
  .max(1e6)
  .nullable()
  .describe("requests a minute; null = the install's default");
const allowToken = z
  .boolean()
  .describe("an ingest key may stand in the address of its hook as ?token=, where logs may keep it");
const CreateSource = z.strictObject({
  id: SourceId,
  name: z.string().trim().min(1).max(200).optional().describe("default: the id"),
  format: z.enum(SOURCE_FORMATS).default("pricewright"),
  rateLimit: rateLimit.optional(),
  allowToken: allowToken.default(false),
});
const ChangeSource = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  format: z.enum(SOURCE_FORMATS).optional(),
  rateLimit: rateLimit.optional(),
  allowToken: allowToken.optional(),
});

const RotateSecret = z.strictObject({
  revokeOld: z.boolean().default(false).describe("true: the old secrets leaked and end at once"),
});

const list = createRoute({
  method: "get",
  path: "/api/sources",
  tags: ["ingest"],
  summary: "Sources and their health",
  middleware: requireScope("read"),
  request: { query: listQuery(SOURCE_LIST, {}) },
  responses: { 200: jsonAnswer(pageOf(SourceShape), "Sources by id") },
});

const create = createRoute({
  method: "post",
  path: "/api/sources",
  tags: ["ingest"],
  summary: "Create a source with its signing secret",
  middleware: requireScope("write"),
  request: { body: { required: true, content: { "application/json": { schema: CreateSource } } } },
  responses: {
    201: jsonAnswer(SourceSecret, "The secret is shown this once"),
    409: problemAnswer("conflict"),
  },
});

const rotate = createRoute({
  method: "post",
  path: "/api/sources/{id}/secret",
  tags: ["ingest"],
  summary: "Make a new secret; the old one is valid for another 24 h, or ends at once",
  description:
    'With `{"revokeOld": true}`, for a secret that leaked, every older secret ends at once (in other data centres within ' +
    "five seconds). Without it the newest of the old ones is valid for another 24 h.",
  middleware: [requireScope("write"), emptyBodyIsNone] as const,
  request: {
    params,
    body: { required: false, content: { "application/json": { schema: RotateSecret } } },
  },
  responses: {
    201: jsonAnswer(SourceSecret, "The secret is shown this once"),
    404: problemAnswer("not_found"),
  },
});

const change = createRoute({
  method: "patch",
  path: "/api/sources/{id}",
  tags: ["ingest"],
  summary: "Change a source",
  middleware: requireScope("write"),
  request: { params, body: { required: true, content: { "application/json": { schema: ChangeSource } } } },
  responses: { 200: jsonAnswer(SourceShape, "The source"), 404: problemAnswer("not_found") },
});

const remove = createRoute({
  method: "delete",
  path: "/api/sources/{id}",
  tags: ["ingest"],
  summary: "Delete a source and its secrets",
  middleware: requireScope("write"),
  request: { params },
  responses: { 204: { description: "Gone" }, 404: problemAnswer("not_found") },
});

export const sourceRoutes = newRouter()
  .openapi(list, async (c) => {
    const query = pageQuery(SOURCE_LIST, c.req.valid("query"));
    const page = await listSources(requestContext(c).db, query);
    return c.json(
      presentPage(page, query, ({ one }) => presentSource(one, Date.now())),
      200,
    );
  })
  .openapi(create, async (c) => {
    const { id, name, format, rateLimit: limit, allowToken: byToken } = c.req.valid("json");
    const made = await createSource(proofContext(c), {
      id,
      name: name ?? id,
      format,
      rateLimit: limit ?? null,
      allowToken: byToken,
    });
    forgetSource(id);
    return c.json(made, 201);
  })
  .openapi(rotate, async (c) => {
    const { id } = c.req.valid("param");
    // a body of no known type is as none
    const { revokeOld = false } = c.req.valid("json") ?? {};
    const made = await rotateSecret(proofContext(c), id, { revokeOld });
    forgetSource(id);
    return c.json(made, 201);
  })
  .openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const { name, format, rateLimit: limit, allowToken: byToken } = c.req.valid("json");
    const source = await changeSource(requestContext(c), id, {
      ...(name === undefined ? {} : { name }),
      ...(format === undefined ? {} : { format }),
      ...(limit === undefined ? {} : { rateLimit: limit }),
      ...(byToken === undefined ? {} : { allowToken: byToken }),
    });
    forgetSource(id);
    return c.json(presentSource(source, Date.now()), 200);
  })
  .openapi(remove, async (c) => {
    const { id } = c.req.valid("param");
    await deleteSource(requestContext(c), id);
    forgetSource(id);
    return c.body(null, 204);
  });

function presentSource(source: Source, now: number): z.infer<typeof SourceShape> {
  const { id, name, format, rateLimit: limit, createdAt, lastBatchAt, lastAcceptedAt } = source;
  const troubles = troublesOf(source, now);
  const round = (share: number) => Math.round(share * 1000) / 1000;
  const instant = (ms: number | null) => (ms === null ? null : iso(ms));
  return {
    ...{ id, name, format, allowToken: source.allowToken, createdAt: iso(createdAt) },
    health: {
      status: lastBatchAt === null ? "new" : troubles.length > 0 ? "trouble" : "ok",
      troubles,
      errorRate: round(source.rejectedShare),
      quarantinedShare: round(source.quarantinedShare),
      zeroShare: round(source.zeroShare),
      outOfStockShare: round(source.outOfStockShare),
    },
    ...given({
      rateLimit: limit,
      lastBatchAt: instant(lastBatchAt),
      lastAcceptedAt: instant(lastAcceptedAt),
    }),
  };
}
