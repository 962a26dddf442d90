import { createRoute } from "@hono/zod-openapi";
import { ImportReceipt } from "../../domain/contract/catalogue-shapes.ts";
import { importCosts } from "../../services/costs/import-costs.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { importRequest, readImportFile, withUnread } from "../import-file.ts";
import { requireScope } from "../middleware/right.ts";
import { jsonReply } from "../openapi.ts";

/** A file of about 100,000 costs. */
const IMPORT_BYTES_MAX = 10_000_000;

const importRoute = createRoute({
  method: "post",
  path: "/api/import/costs",
  tags: ["catalogue"],
  summary: "Import unit costs by date (`sku, unitCost, from`) from CSV or JSON lines",
  middleware: requireScope("write"),
  request: importRequest,
  responses: jsonReply(200, ImportReceipt, "what became of each line"),
});

export const costRoutes = newRouter().openapi(importRoute, async (c) => {
  const file = await readImportFile(c, IMPORT_BYTES_MAX);
  const dryRun = c.req.valid("query").dryRun === "true";
  const receipt = await importCosts(requestContext(c), file.lines, { dryRun });
  drainSoon(c);
  return c.json(withUnread(receipt, file), 200);
});
