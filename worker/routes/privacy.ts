import { createRoute, z } from "@hono/zod-openapi";
import { count } from "../../domain/contract/answers.ts";
import { portsOf } from "../../durable/ports.ts";
import { eraseVisitor } from "../../services/privacy/erase-visitor.ts";
import { proofContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";

const eraseRoute = createRoute({
  method: "post",
  path: "/api/privacy/erase",
  tags: ["operate"],
  summary: "Erase what is kept of visitors, by the session ids that the shop has of them",
  description: "Ids are kept as keyed hashes only: whoever asks has to bring them.",
  middleware: requireScope("admin"),
  request: jsonBody(z.strictObject({ sessionIds: z.array(z.string().min(1).max(200)).min(1).max(100) })),
  responses: jsonReply(200, z.object({ erased: count }), "how many sessions there were"),
});

export const privacyRoutes = newRouter().openapi(eraseRoute, async (c) => {
  const { sessionIds } = c.req.valid("json");
  const ctx = { ...proofContext(c), visitors: portsOf(c.env).visitors };
  return c.json(await eraseVisitor(ctx, sessionIds), 200);
});
