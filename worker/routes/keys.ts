import { createRoute, z } from "@hono/zod-openapi";
import { iso, Key, pageOf } from "../../domain/contract/answers.ts";
import { SCOPES, type Scope } from "../../domain/identity/rights.ts";
import { createKey, listKeys, revokeKey } from "../../services/identity/keys.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const NewKey = z.strictObject({ name: z.string().min(1).max(100), scopes: z.array(z.enum(SCOPES)).min(1) });
const MadeKey = NewKey.extend({ id: z.string(), key: z.string().describe("shown only this once") }).meta({
  id: "MadeKey",
});
const listRoute = createRoute({
  method: "get",
  path: "/api/keys",
  tags: ["identity"],
  summary: "API keys, without what opens anything",
  middleware: requireScope("admin"),
  request: { query: PageQuery },
  responses: jsonReply(200, pageOf(Key), "a page of keys, newest first"),
});

const createKeyRoute = createRoute({
  method: "post",
  path: "/api/keys",
  tags: ["identity"],
  summary: "Make an API key",
  middleware: requireScope("admin"),
  request: jsonBody(NewKey),
  responses: jsonReply(201, MadeKey, "the key, shown this once"),
});

const revokeRoute = createRoute({
  method: "delete",
  path: "/api/keys/{id}",
  tags: ["identity"],
  summary: "Revoke an API key",
  middleware: requireScope("admin"),
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: "revoked" } },
});

export const keyRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const place = decodeCursor(cursor, z.tuple([z.number(), z.string()]));
    const after = place && { createdAt: place[0], id: place[1] };
    const rows = await listKeys(requestContext(c), { limit: limit + 1, after });
    return c.json(
      pageFrom(rows, limit, presentKey, ({ createdAt, id }) => [createdAt, id]),
      200,
    );
  })
  .openapi(createKeyRoute, async (c) => {
    const { name, scopes } = c.req.valid("json");
    return c.json(await createKey(requestContext(c), { name, scopes: scopes as Scope[] }), 201);
  })
  .openapi(revokeRoute, async (c) => {
    await revokeKey(requestContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  });

function presentKey(row: Awaited<ReturnType<typeof listKeys>>[number]): z.infer<typeof Key> {
  const { createdAt, lastUsedAt, revokedAt, ...shown } = row;
  const instant = (ms: number | null) => (ms === null ? null : iso(ms));
  return {
    ...shown,
    createdAt: iso(createdAt),
    ...given({ lastUsedAt: instant(lastUsedAt), revokedAt: instant(revokedAt) }),
  };
}
