import { createRoute, z } from "@hono/zod-openapi";
import { Sku } from "../../domain/catalogue/product-row.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { Product, SkuAlias } from "../../domain/contract/catalogue.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { portsOf } from "../../durable/ports.ts";
import { ALIAS_LIST, listAliases, type RenameRecord } from "../../services/catalogue/rename/aliases.ts";
import { endAlias } from "../../services/catalogue/rename/end-alias.ts";
import { renameProduct } from "../../services/catalogue/rename/rename-product.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { type AppContext, newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentProduct } from "../presenters/product.ts";

const Rename = z
  .strictObject({
    to: Sku.optional().describe("the new SKU"),
    sku: Sku.optional().describe("another name for `to`"),
    reason: z.string().trim().min(1).max(500).default("the SKU was renamed"),
  })
  .refine(({ to, sku }) => (to === undefined) !== (sku === undefined), {
    message: "say the new SKU, once",
    path: ["to"],
  });

const renameRoute = createRoute({
  method: "post",
  path: "/api/products/{sku}/rename",
  tags: ["catalogue"],
  summary: "Give a product another SKU; the one before leads to it from then on",
  description:
    "Offers, stock, demand, signals, quarantine, elasticity, forecasts, mappings, overrides, proposals, price tests, price " +
    "rules and the price history go along. The SKU before is an alias: rows that are posted with it, files that are " +
    "imported, and addresses such as `/api/products/{sku}` and `/api/price/{sku}` lead to the product, which answers with " +
    "its new SKU. No new product may have it until the alias is ended. Earlier entries of the ledger and the audit keep " +
    "the name that they were written with; a new one links the two. Again, the request answers the same.",
  middleware: requireScope("write"),
  request: { params: z.object({ sku: z.string().max(100) }), ...jsonBody(Rename) },
  responses: jsonReply(200, Product, "the product with its new SKU"),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/aliases",
  tags: ["catalogue"],
  summary: "SKUs that products had before and that lead to them",
  middleware: requireScope("read"),
  request: { query: listQuery(ALIAS_LIST, { sku: z.string().max(100).optional() }) },
  responses: jsonReply(200, pageOf(SkuAlias), "the aliases"),
});

const endRoute = createRoute({
  method: "delete",
  path: "/api/aliases/{alias}",
  tags: ["catalogue"],
  summary: "End an alias: the SKU leads nowhere, and a new product may have it",
  middleware: requireScope("write"),
  request: { params: z.object({ alias: z.string().max(100) }) },
  responses: jsonReply(200, SkuAlias, "the alias, ended"),
});

function presentAlias({ alias, sku, reason, actor, startedAt, endedAt }: RenameRecord) {
  return {
    ...{ alias, sku, reason, by: actorLabel(actor), since: iso(startedAt) },
    ...(endedAt === null ? {} : { endedAt: iso(endedAt) }),
  };
}

const renameContext = (c: AppContext) => ({ ...requestContext(c), renames: portsOf(c.env).renames });

export const aliasRoutes = newRouter()
  .openapi(renameRoute, async (c) => {
    const { to, sku = "", reason } = c.req.valid("json");
    const asked = { to: to ?? sku, reason };
    const product = await renameProduct(renameContext(c), c.req.valid("param").sku, asked);
    drainSoon(c);
    return c.json(presentProduct(product), 200);
  })
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(ALIAS_LIST, asked);
    const page = await listAliases(requestContext(c).db, query, asked);
    return c.json(
      presentPage(page, query, ({ alias }) => presentAlias(alias)),
      200,
    );
  })
  .openapi(endRoute, async (c) => {
    const row = await endAlias(renameContext(c), c.req.valid("param").alias);
    return c.json(presentAlias(row), 200);
  });
