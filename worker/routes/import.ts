import { createRoute } from "@hono/zod-openapi";
import { ImportReceipt } from "../../domain/contract/catalogue-shapes.ts";
import { importProducts } from "../../services/catalogue/import-products.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { importRequest, readImportFile, withUnread } from "../import-file.ts";
import { requireScope } from "../middleware/right.ts";
import { jsonReply } from "../openapi.ts";

/** A file of about 50,000 products. */
const IMPORT_BYTES_MAX = 20_000_000;

const importRoute = createRoute({
  method: "post",
  path: "/api/import/products",
  tags: ["catalogue"],
  summary: "Import products from CSV (text/csv) or JSON lines; the same file twice changes nothing",
  middleware: requireScope("write"),
  request: importRequest,
  responses: jsonReply(200, ImportReceipt, "what became of each line"),
});

export const importRoutes = newRouter().openapi(importRoute, async (c) => {
  const file = await readImportFile(c, IMPORT_BYTES_MAX);
  const dryRun = c.req.valid("query").dryRun === "true";
  const receipt = await importProducts(requestContext(c), file.lines, { dryRun });
  drainSoon(c);
  return c.json(withUnread(receipt, file), 200);
});
