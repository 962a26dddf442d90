import { createRoute } from "@hono/zod-openapi";
import { ExtractCommand, ExtractedProductShape } from "../../domain/contract/reading.ts";
import { extractProduct } from "../../domain/reading/page/extract.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";

const extract = createRoute({
  method: "post",
  path: "/api/extract",
  tags: ["ingest"],
  summary: "Read the product of a page: price, availability, numbers; nothing is stored",
  middleware: requireScope("ingest", "read"),
  request: jsonBody(ExtractCommand),
  responses: jsonReply(200, ExtractedProductShape, "what the page says of its product"),
});

export const readingRoutes = newRouter().openapi(extract, (c) => {
  const { url, html } = c.req.valid("json");
  return c.json(extractProduct(html, url), 200);
});
