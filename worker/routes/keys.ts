import { createRoute, z } from "@hono/zod-openapi";
import { iso } from "../../domain/contract/page.ts";
import { SCOPES, type Scope } from "../../domain/identity/rights.ts";
import { createKey, listKeys, revokeKey } from "../../services/identity/keys.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/right.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const NewKey = z.strictObject({ name: z.string().min(1).max(100), scopes: z.array(z.enum(SCOPES)).min(1) });
const MadeKey = NewKey.extend({ id: z.string(), key: z.string().describe("shown this once") });
const Key = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  createdBy: z.string(),
  lastUsedAt: z.string().optional(),
  revokedAt: z.string().optional(),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/keys",
  tags: ["identity"],
  summary: "API keys, without what opens anything",
  middleware: requireScope("admin"),
  responses: jsonReply(200, z.object({ items: z.array(Key), nextCursor: z.null() }), "keys"),
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
    const rows = await listKeys(requestContext(c));
    const items = rows.map(({ createdAt, lastUsedAt, revokedAt, ...row }) => ({
      ...row,
      createdAt: iso(createdAt),
      ...given({
        lastUsedAt: lastUsedAt === null ? null : iso(lastUsedAt),
        revokedAt: revokedAt === null ? null : iso(revokedAt),
      }),
    }));
    return c.json({ items, nextCursor: null }, 200);
  })
  .openapi(createKeyRoute, async (c) => {
    const { name, scopes } = c.req.valid("json");
    return c.json(await createKey(requestContext(c), { name, scopes: scopes as Scope[] }), 201);
  })
  .openapi(revokeRoute, async (c) => {
    await revokeKey(requestContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
