import { createRoute, z } from "@hono/zod-openapi";
import { type DataImport, typedCells } from "../../domain/catalogue/import-cells.ts";
import { ImportReceipt } from "../../domain/contract/catalogue-shapes.ts";
import { importCompetitors } from "../../services/market/import-competitors.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { importRequest, readImportFile, withUnread } from "../import-file.ts";
import { importRows } from "../import-rows.ts";
import { requireScope } from "../middleware/right.ts";
import { jsonReply } from "../openapi.ts";

/** A file of about 30,000 observations. */
const IMPORT_BYTES_MAX = 10_000_000;

const KINDS = ["competitors", "offers", "demand"] as const satisfies readonly DataImport[];

const importRoute = createRoute({
  method: "post",
  path: "/api/import/{kind}",
  tags: ["ingest"],
  summary:
    "Import competitors, offers or demand from CSV (text/csv) or JSON lines; the same file twice changes nothing",
  description:
    "The headers are the JSON field names, in any order: competitors `id, name, domain, include, weight`; offers the " +
    "fields of an observation; demand those of a day of demand. Every line is judged by itself. " +
    "With `dryRun=true` the answer is the same and nothing is kept.",
  middleware: requireScope("write"),
  request: {
    params: z.object({ kind: z.enum(KINDS) }),
    ...importRequest,
  },
  responses: jsonReply(200, ImportReceipt, "what became of each line"),
});

export const importDataRoutes = newRouter().openapi(importRoute, async (c) => {
  const { kind } = c.req.valid("param");
  const dryRun = c.req.valid("query").dryRun === "true";
  const file = await readImportFile(c, IMPORT_BYTES_MAX);
  const lines = file.isCsv
    ? file.lines.map(({ line, value }) => ({ line, value: typedCells(kind, value) }))
    : file.lines;
  const ctx = requestContext(c);
  const receipt =
    kind === "competitors"
      ? await importCompetitors(ctx, lines, { dryRun })
      : await importRows(c, kind === "demand" ? "demand" : "observations", lines, { dryRun, now: ctx.now });
  return c.json(withUnread(receipt, file), 200);
});
