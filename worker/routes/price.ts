import { createRoute, z } from "@hono/zod-openapi";
import { ServedPrice } from "../../domain/contract/catalogue-shapes.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { readServedPrice } from "../../services/pricing/read-served-price.ts";
import { newRouter } from "../context.ts";
import { jsonReply } from "../openapi.ts";
import { presentServedPrice } from "../presenters/product.ts";

/** A shop may keep a price this long before it asks again; an unchanged one then costs a 304. */
const MAX_AGE_SECONDS = 1;

const priceRoute = createRoute({
  method: "get",
  path: "/api/price/{sku}",
  security: [],
  tags: ["pricing"],
  summary: "The price to serve now (public, cacheable)",
  request: { params: z.object({ sku: z.string().max(100) }) },
  responses: jsonReply(200, ServedPrice, "the price"),
});

export const priceRoutes = newRouter().openapi(priceRoute, async (c) => {
  const served = await readServedPrice(c.env.DB, c.req.valid("param").sku, Date.now());
  if (!served) throw new ProblemError("not_found", "no such product");
  const etag = `"${served.version}-${served.price}-${served.source}-${served.until ?? ""}"`;
  c.header("cache-control", `public, max-age=${MAX_AGE_SECONDS}, must-revalidate`);
  c.header("etag", etag);
  c.header("access-control-allow-origin", "*");
  if (names(c.req.header("if-none-match"), etag)) return c.body(null, 304) as never;
  return c.json(presentServedPrice(served), 200);
});

/** Whether `If-None-Match` names the tag: a list, weak or strong, or `*` (RFC 9110, 13.1.2). */
function names(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}
