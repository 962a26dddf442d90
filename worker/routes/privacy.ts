import { createRoute, z } from "@hono/zod-openapi";
import { count } from "../../domain/contract/answers.ts";
import { portsOf } from "../../durable/ports.ts";
import { eraseVisitor } from "../../services/privacy/erase-visitor.ts";
import { proofContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";

const Ids = z.array(z.string().min(1).max(200)).max(100).default([]);

const eraseRoute = createRoute({
  method: "post",
  path: "/api/privacy/erase",
  tags: ["operate"],
  summary: "Erase what is kept of visitors, by the session and customer ids that the shop has of them",
  description: "Ids are kept as keyed hashes only: whoever asks has to bring them.",
  middleware: requireScope("admin"),
  request: jsonBody(
    z
      .strictObject({ sessionIds: Ids, customerIds: Ids })
      .refine((asked) => asked.sessionIds.length + asked.customerIds.length > 0, "name at least one id"),
  ),
  responses: jsonReply(200, z.object({ erased: count }), "how many sessions and customers there were"),
});

export const privacyRoutes = newRouter().openapi(eraseRoute, async (c) => {
  const asked = c.req.valid("json");
  const ctx = { ...proofContext(c), visitors: portsOf(c.env).visitors };
  return c.json(await eraseVisitor(ctx, asked), 200);
});
