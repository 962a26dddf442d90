import { createRoute, z } from "@hono/zod-openapi";
import { type DataImport, typedCells } from "../../domain/catalogue/plan-import.ts";
import { ImportReceipt } from "../../domain/contract/catalogue.ts";
import { importProducts } from "../../services/catalogue/import-products.ts";
import { importCosts } from "../../services/costs/import-costs.ts";
import { importRows } from "../../services/ingest/import-rows.ts";
import { importCompetitors } from "../../services/market/import-competitors.ts";
import { importPastPrices } from "../../services/pricing/import-past-prices.ts";
import { deliveryContext, drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { importRequest, readImportFile, withUnread } from "../import-body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";

/** A file of about 50,000 products. */
const PRODUCTS_BYTES_MAX = 20_000_000;

const productsRoute = createRoute({
  method: "post",
  path: "/api/import/products",
  tags: ["catalogue"],
  summary: "Import products from CSV (text/csv) or JSON lines; the same file twice changes nothing",
  description:
    "A column that the file does not have leaves its field as it is; of a product that is known, `sku,price` is enough. " +
    "A changed `price` becomes the base price and is served, unless it breaks a limit, moves the price by more than the " +
    "setting `feedMaxStep`, or comes from somebody who may not approve prices (setting `feedPricesTrusted`): then it waits " +
    "in `GET /api/held-prices`. A price that we served ourselves within `feedEchoDays` is an echo, and changes nothing.",
  middleware: requireScope("write"),
  request: importRequest,
  responses: jsonReply(200, ImportReceipt, "what became of each line"),
});

export const importRoutes = newRouter().openapi(productsRoute, async (c) => {
  const { dryRun } = c.req.valid("query");
  const file = await readImportFile(c, "products", PRODUCTS_BYTES_MAX);
  const receipt = await importProducts(requestContext(c), file.lines, { dryRun: dryRun === "true" });
  drainSoon(c);
  return c.json(withUnread(receipt, file), 200);
});

/** A file of about 30,000 observations. */
const ROWS_BYTES_MAX = 10_000_000;

const KINDS = ["competitors", "offers", "demand"] as const satisfies readonly DataImport[];

const rowsRoute = createRoute({
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

export const importDataRoutes = newRouter().openapi(rowsRoute, async (c) => {
  const { kind } = c.req.valid("param");
  const dryRun = c.req.valid("query").dryRun === "true";
  const file = await readImportFile(c, kind, ROWS_BYTES_MAX);
  const lines = file.isCsv
    ? file.lines.map(({ line, value }) => ({ line, value: typedCells(kind, value) }))
    : file.lines;
  const ctx = requestContext(c);
  const receipt =
    kind === "competitors"
      ? await importCompetitors(ctx, lines, { dryRun })
      : await importRows(deliveryContext(c), kind === "offers" ? "observations" : kind, lines, { dryRun });
  return c.json(withUnread(receipt, file), 200);
});

/** A file of about 100,000 costs. */
const COSTS_BYTES_MAX = 10_000_000;

const costsRoute = createRoute({
  method: "post",
  path: "/api/import/costs",
  tags: ["catalogue"],
  summary: "Import unit costs by date (`sku, unitCost, from`) from CSV or JSON lines",
  middleware: requireScope("write"),
  request: importRequest,
  responses: jsonReply(200, ImportReceipt, "what became of each line"),
});

export const costRoutes = newRouter().openapi(costsRoute, async (c) => {
  const file = await readImportFile(c, "costs", COSTS_BYTES_MAX);
  const dryRun = c.req.valid("query").dryRun === "true";
  const receipt = await importCosts(requestContext(c), file.lines, { dryRun });
  drainSoon(c);
  return c.json(withUnread(receipt, file), 200);
});

/** A file of about 100,000 prices. */
const PRICES_BYTES_MAX = 10_000_000;

const pastPricesRoute = createRoute({
  method: "post",
  path: "/api/import/prices",
  tags: ["pricing"],
  summary:
    "Import past prices (`sku, price, from, to`) from CSV or JSON lines, for the prior price of a reduction",
  description:
    "Prices of the time before this install: the ledger is the record of what came after. `from` and `to` are civil days " +
    "of the install's time zone, the day `to` included, or instants. Without `to` a price held until the next one.",
  middleware: requireScope("approve"),
  request: importRequest,
  responses: jsonReply(200, ImportReceipt, "what became of each line"),
});

export const pastPriceRoutes = newRouter().openapi(pastPricesRoute, async (c) => {
  const file = await readImportFile(c, "prices", PRICES_BYTES_MAX);
  const dryRun = c.req.valid("query").dryRun === "true";
  return c.json(withUnread(await importPastPrices(requestContext(c), file.lines, { dryRun }), file), 200);
});
