import { createRoute, z } from "@hono/zod-openapi";
import { formatMinor } from "../../domain/base/money.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { KeyValueItem, KviScoring } from "../../domain/contract/kvi.ts";
import { decideItem, KVI_LIST, KVI_VIEWS, listItems, scoredAt } from "../../services/kvi/items.ts";
import { scoreItems } from "../../services/kvi/score-items.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply, problemAnswer } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const list = createRoute({
  method: "get",
  path: "/api/kvi",
  tags: ["pricing"],
  summary: "Key value items: products tagged `kvi`, and those that look like it",
  description:
    "The score is the rank of a weighted mean of revenue (30 %), units (20 %), views (15 %), certain elasticity (15 %) and " +
    "number of competitors (10 %) over four weeks. Tier A is the highest 5 %, B the next 15 %.",
  middleware: requireScope("read"),
  request: { query: listQuery(KVI_LIST, { view: z.enum(KVI_VIEWS).default("all") }) },
  responses: jsonReply(200, pageOf(KeyValueItem), "items, the highest score first"),
});

const score = createRoute({
  method: "post",
  path: "/api/kvi/score",
  tags: ["pricing"],
  summary: "Score all products now; otherwise it is done once a week",
  middleware: requireScope("write"),
  responses: jsonReply(200, KviScoring, "how many were scored, and how many are suggested"),
});

const decide = createRoute({
  method: "put",
  path: "/api/kvi/{sku}",
  tags: ["pricing"],
  summary: "Say whether a product is a key value item",
  middleware: requireScope("write"),
  request: {
    params: z.object({ sku: z.string().max(100) }),
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ kvi: z.boolean() }) } },
    },
  },
  responses: { 204: { description: "Noted" }, 404: problemAnswer("not_found") },
});

export const kviRoutes = newRouter()
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(KVI_LIST, asked);
    const page = await listItems(requestContext(c).db, query, asked.view);
    return c.json(
      presentPage(page, query, ({ product, score: found, isTagged }) => ({
        ...{ sku: product.sku, title: product.title, category: product.category, currency: product.currency },
        ...{ price: formatMinor(product.price, product.currency), kvi: isTagged === 1 },
        ...given({
          score: found?.score ?? null,
          tier: found?.tier ?? null,
          parts: found?.parts ?? null,
          scoredAt: found ? iso(found.scoredAt) : null,
        }),
      })),
      200,
    );
  })
  .openapi(score, async (c) => {
    const ctx = requestContext(c);
    const counts = await scoreItems(ctx);
    return c.json({ ...counts, scoredAt: iso((await scoredAt(ctx.db)) ?? ctx.now) }, 200);
  })
  .openapi(decide, async (c) => {
    await decideItem(requestContext(c), c.req.valid("param").sku, c.req.valid("json").kvi);
    drainSoon(c);
    return c.body(null, 204);
  });
