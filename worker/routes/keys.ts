import { createRoute, z } from "@hono/zod-openapi";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { Key, MadeKey, NewKey } from "../../domain/contract/people.ts";
import { createKey, KEY_LIST, listKeys, revokeKey } from "../../services/identity/keys.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { presentKey } from "../presenters/people.ts";

const listRoute = createRoute({
  method: "get",
  path: "/api/keys",
  tags: ["identity"],
  summary: "API keys, without what opens anything",
  middleware: requireScope("admin"),
  request: { query: listQuery(KEY_LIST, {}) },
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
  responses: { 204: { description: "revoked" }, 404: problemAnswer("not_found") },
});

export const keyRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const query = pageQuery(KEY_LIST, c.req.valid("query"));
    const page = await listKeys(requestContext(c), query);
    return c.json(
      presentPage(page, query, ({ key }) => presentKey(key)),
      200,
    );
  })
  .openapi(createKeyRoute, async (c) => {
    const { expiresAt: end, ...asked } = c.req.valid("json");
    const input = { ...asked, expiresAt: end === undefined ? null : Date.parse(end) };
    const { expiresAt, ...made } = await createKey(requestContext(c), input);
    return c.json({ ...made, ...(expiresAt === null ? {} : { expiresAt: iso(expiresAt) }) }, 201);
  })
  .openapi(revokeRoute, async (c) => {
    await revokeKey(requestContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
