import { createRoute, z } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { type Database, database } from "../../db/database.ts";
import { readProduct } from "../../db/reads/products.ts";
import { parseMinor } from "../../domain/base/money.ts";
import { InstantIn } from "../../domain/contract/answers.ts";
import {
  PriceExplanation,
  Product,
  RevertedRun,
  ServedPrice,
  ServedPrices,
} from "../../domain/contract/catalogue.ts";
import { PriorPrice } from "../../domain/contract/prior-price.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { ROW_CODE_OF_MONEY } from "../../domain/intake/row-fields.ts";
import { explainPrice } from "../../services/pricing/explain-price.ts";
import { readPriorPrice } from "../../services/pricing/read-prior-price.ts";
import { revertRun } from "../../services/pricing/revert-run.ts";
import { rollBack } from "../../services/pricing/roll-back.ts";
import {
  readAskedPrices,
  readServedPrice,
  type ServedPriceNow,
} from "../../services/pricing/served-price.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentPriceExplanation, presentPriorPrice } from "../presenters/price.ts";
import { presentProduct, presentServedPrice } from "../presenters/product.ts";

/** A shop may keep a price this long before it asks again; an unchanged one then costs a 304. */
const MAX_AGE_SECONDS = 1;

const priceRoute = createRoute({
  method: "get",
  path: "/api/price/{sku}",
  security: [],
  tags: ["pricing"],
  summary: "The price to serve now (public, cacheable); 404 also while the product is inactive",
  request: { params: z.object({ sku: z.string().max(100) }) },
  responses: jsonReply(200, ServedPrice, "the price"),
});

/** Prices of one request. */
const SKUS_MAX = 500;

const manyRoute = createRoute({
  method: "post",
  path: "/api/prices",
  security: [],
  tags: ["pricing"],
  summary: "The prices to serve now, of many SKUs (public)",
  request: jsonBody(z.strictObject({ skus: z.array(z.string().min(1).max(100)).min(1).max(SKUS_MAX) })),
  responses: jsonReply(200, ServedPrices, "the prices, in the order of the SKUs"),
});

/** A shop's page may ask from its own origin. */
const publicPrices = newRouter();
publicPrices.use("/api/price/*", cors());
publicPrices.use("/api/prices", cors());

export const priceRoutes = publicPrices
  .openapi(manyRoute, async (c) => {
    const skus = [...new Set(c.req.valid("json").skus)];
    const onSale = await pricesOnSale(database(c.env.DB), skus);
    const items = skus.flatMap((sku) => {
      const price = onSale.get(sku);
      return price ? [{ ...presentServedPrice(price), ...(price.sku === sku ? {} : { alias: sku }) }] : [];
    });
    return c.json({ items, missing: skus.filter((sku) => !onSale.has(sku)) }, 200);
  })
  .openapi(priceRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const db = database(c.env.DB);
    // nearly always the SKU is the present one: then two queries are enough
    const now = Date.now();
    const served =
      (await readServedPrice(c.env.DB, sku, now)) ?? (await readAskedPrices(db, [sku], now)).get(sku);
    if (!served?.isOnSale)
      throw new ProblemError("not_found", served ? `${served.sku} is not on sale` : "no such product");
    const etag = `"${served.version}-${served.price}-${served.source}-${served.until ?? ""}"`;
    c.header("cache-control", `public, max-age=${MAX_AGE_SECONDS}, must-revalidate`);
    c.header("etag", etag);
    if (names(c.req.header("if-none-match"), etag)) return c.body(null, 304) as never;
    return c.json(presentServedPrice(served), 200);
  });

/** The prices of products that are on sale, by the SKUs that were asked for. */
async function pricesOnSale(db: Database, skus: readonly string[]): Promise<Map<string, ServedPriceNow>> {
  const served = await readAskedPrices(db, skus, Date.now());
  return new Map([...served].filter(([, { isOnSale }]) => isOnSale));
}

/** Whether `If-None-Match` names the tag: a list, weak or strong, or `*` (RFC 9110, 13.1.2). */
function names(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}

const SkuParam = z.object({ sku: z.string().max(100) });
const Reason = z.strictObject({ reason: z.string().trim().min(1).max(500).optional() });

const rollbackRoute = createRoute({
  method: "post",
  path: "/api/prices/{sku}/rollback",
  tags: ["pricing"],
  summary: "Take back the newest price of a SKU; again, the one before that",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: {
    params: SkuParam,
    body: { required: false, content: { "application/json": { schema: Reason } } },
  },
  responses: jsonReply(200, Product, "the product at its price before"),
});

const revertRoute = createRoute({
  method: "post",
  path: "/api/runs/{id}/revert",
  tags: ["pricing"],
  summary: "Take back every price that a run's proposals put in force and that still is",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: {
    params: z.object({ id: z.string().max(100) }),
    body: { required: false, content: { "application/json": { schema: Reason } } },
  },
  responses: jsonReply(200, RevertedRun, "what became of the prices"),
});

const explainRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}/explain",
  tags: ["pricing"],
  summary: "Why a product has its price: the ledger entry, and the proposal or override behind it",
  middleware: requireScope("read"),
  request: { params: SkuParam },
  responses: jsonReply(200, PriceExplanation, "where the price is from"),
});

const priorRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}/prior-price",
  tags: ["pricing"],
  summary: "The lowest price of the 30 days before a reduction, and what may be claimed of it",
  description:
    "Of the price in force at `at`, the reduction in force: the answer stays the same on every day of it. Of another " +
    "`price`, a reduction that begins at `at`. Only times at which the product was on sale count. Prices before the first " +
    "entry of the ledger come from `POST /api/import/prices`, before these from the days of demand.",
  middleware: requireScope("read"),
  request: {
    params: SkuParam,
    query: z.object({
      at: InstantIn.optional().describe("the instant that is asked for; now without it"),
      price: z.string().max(40).optional().describe("the reduced price; the one in force then without it"),
    }),
  },
  responses: jsonReply(200, PriorPrice, "the prior price"),
});

export const pricesRoutes = newRouter()
  .openapi(rollbackRoute, async (c) => {
    // a body of no known type is as none
    const { reason } = c.req.valid("json") ?? {};
    const product = await rollBack(requestContext(c), c.req.valid("param").sku, { reason });
    drainSoon(c);
    return c.json(presentProduct(product), 200);
  })
  .openapi(revertRoute, async (c) => {
    const { reason } = c.req.valid("json") ?? {};
    const reverted = await revertRun(requestContext(c), c.req.valid("param").id, reason ?? null);
    drainSoon(c);
    return c.json(reverted, 200);
  })
  .openapi(explainRoute, async (c) => {
    const ctx = requestContext(c);
    const found = await explainPrice(ctx, c.req.valid("param").sku);
    if (!found) throw new ProblemError("not_found", "no such product");
    return c.json(presentPriceExplanation(found, ctx.now), 200);
  })
  .openapi(priorRoute, async (c) => {
    const ctx = requestContext(c);
    const { at, price } = c.req.valid("query");
    const product = await readProduct(ctx.db, c.req.valid("param").sku);
    if (!product) throw new ProblemError("not_found", "no such product");
    const reduced = price === undefined ? null : parseMinor(price, product.currency);
    if (reduced && !reduced.ok)
      throw new ProblemError("invalid", reduced.message, {
        errors: [{ path: "price", code: ROW_CODE_OF_MONEY[reduced.code], message: reduced.message }],
      });
    const { settings } = await readSettings(ctx.d1);
    const found = await readPriorPrice(ctx.db, product, settings, {
      at: at === undefined ? ctx.now : Date.parse(at),
      price: reduced?.ok ? reduced.minor : null,
    });
    return c.json(presentPriorPrice(product, found), 200);
  });
