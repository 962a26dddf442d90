import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Database } from "../../db/database.ts";
import { listProducts, PRODUCT_LIST, readProduct } from "../../db/reads/products.ts";
import { ProductPatch, ProductRow } from "../../domain/catalogue/product-row.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { HeldPrice, Product } from "../../domain/contract/catalogue.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { heldPriceOf } from "../../services/catalogue/held-prices.ts";
import { presentSkus } from "../../services/catalogue/rename/aliases.ts";
import { saveProduct } from "../../services/catalogue/save-product.ts";
import { setOrRequestPrice } from "../../services/pricing/request-price.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { type AppEnv, newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentHeldPrice, presentProduct } from "../presenters/product.ts";

const SkuParam = z.object({ sku: z.string().max(100) });

const listRoute = createRoute({
  method: "get",
  path: "/api/products",
  tags: ["catalogue"],
  summary: "Products",
  middleware: requireScope("read"),
  request: {
    query: listQuery(PRODUCT_LIST, {
      category: z.string().optional(),
      brand: z.string().optional(),
      status: Product.shape.status.optional(),
      family: z.string().optional(),
      tag: z.string().optional(),
    }),
  },
  responses: jsonReply(200, pageOf(Product), "a page of products"),
});

const createProductRoute = createRoute({
  method: "post",
  path: "/api/products",
  tags: ["catalogue"],
  summary: "Add a product; `price` is its base price",
  middleware: requireScope("write"),
  request: jsonBody(ProductRow),
  responses: jsonReply(201, Product, "the product"),
});

const readRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}",
  tags: ["catalogue"],
  summary: "One product, with the price that is served",
  middleware: requireScope("read"),
  request: { params: SkuParam },
  responses: jsonReply(200, Product, "the product"),
});

const replaceRoute = createRoute({
  method: "put",
  path: "/api/products/{sku}",
  tags: ["catalogue"],
  summary: "Replace a product; a changed `price` becomes the new base price",
  middleware: requireScope("write"),
  request: { params: SkuParam, ...jsonBody(ProductRow.partial({ sku: true })) },
  responses: jsonReply(200, Product, "the product"),
});

const changeRoute = createRoute({
  method: "patch",
  path: "/api/products/{sku}",
  tags: ["catalogue"],
  summary:
    "Change fields of a product: what is absent stays, null clears; a changed `price` becomes the base price",
  middleware: requireScope("write"),
  request: { params: SkuParam, ...jsonBody(ProductPatch.partial({ sku: true })) },
  responses: jsonReply(200, Product, "the product"),
});

const NewPrice = z.strictObject({ price: ProductRow.shape.price, reason: z.string().min(1).max(500) });

const setPriceRoute = createRoute({
  method: "put",
  path: "/api/products/{sku}/price",
  tags: ["pricing"],
  summary: "Set a price by hand: within the hard limits, and into the ledger",
  description:
    "A price of HIGH risk needs a `reason` of at least 50 characters, or a second person: without one, what a person asks " +
    "for waits in `/api/held-prices` until somebody else releases it (202).",
  middleware: requireScope("approve"),
  request: { params: SkuParam, ...jsonBody(NewPrice) },
  responses: {
    ...jsonReply(202, HeldPrice, "HIGH risk: the price waits for a second person among the held prices"),
    ...jsonReply(200, Product, "the product at its new price"),
  },
});

/** @throws ProblemError invalid if the body names another product than the path */
async function sameSku<Row extends { sku?: string | undefined }>(
  db: Database,
  sku: string,
  row: Row,
): Promise<Row & { sku: string }> {
  const named = row.sku ?? sku;
  const isSame = named === sku || (await presentSkus(db, [named])).get(named) === sku;
  if (isSame) return { ...row, sku };
  throw new ProblemError("invalid", "the body names another SKU", {
    errors: [{ path: "sku", code: "invalid", message: `not ${sku}` }],
  });
}

/** Saves a product and answers it, with the base price that waits for a person. */
async function saved(c: Context<AppEnv>, change: Parameters<typeof saveProduct>[1]) {
  const ctx = requestContext(c);
  const product = await saveProduct(ctx, change);
  drainSoon(c);
  return presentProduct(product, await heldPriceOf(ctx.db, product.sku));
}

export const productRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(PRODUCT_LIST, asked);
    const page = await listProducts(requestContext(c).db, query, asked);
    return c.json(
      presentPage(page, query, ({ product }) => presentProduct(product)),
      200,
    );
  })
  .openapi(createProductRoute, async (c) => {
    const product = await saveProduct(requestContext(c), { mode: "create", row: c.req.valid("json") });
    drainSoon(c);
    return c.json(presentProduct(product), 201);
  })
  .openapi(readRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const { db } = requestContext(c);
    const product = orNotFound(await readProduct(db, sku), "no such product");
    return c.json(presentProduct(product, await heldPriceOf(db, sku)), 200);
  })
  .openapi(replaceRoute, async (c) => {
    const row = await sameSku(requestContext(c).db, c.req.valid("param").sku, c.req.valid("json"));
    return c.json(await saved(c, { mode: "replace", row }), 200);
  })
  .openapi(changeRoute, async (c) => {
    const row = await sameSku(requestContext(c).db, c.req.valid("param").sku, c.req.valid("json"));
    return c.json(await saved(c, { mode: "patch", row }), 200);
  })
  .openapi(setPriceRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const answer = await setOrRequestPrice(requestContext(c), sku, c.req.valid("json"));
    if ("held" in answer) return c.json(presentHeldPrice(answer.held), 202);
    drainSoon(c);
    return c.json(presentProduct(answer.done), 200);
  });
