import { createRoute, z } from "@hono/zod-openapi";
import { currencyOf, listSeenSkus } from "../../db/reads/market.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { InstantIn, iso, pageOf } from "../../domain/contract/answers.ts";
import { MovementShape } from "../../domain/contract/market.ts";
import { type Movement, movementsOf } from "../../domain/shard/competitors/trend.ts";
import { skuShard, skuShardIndex } from "../../durable/stubs.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";

/** Products looked at when none is named: those whose offers were written last. */
const SKUS_MAX = 100;

const route = createRoute({
  method: "get",
  path: "/api/movements",
  tags: ["market"],
  summary: "Competitors' price movements, newest first: telemetry, never a signal",
  middleware: requireScope("read"),
  request: {
    query: PageQuery.extend({
      sku: z.string().max(200).optional(),
      from: InstantIn.optional().describe("default a day ago"),
      to: InstantIn.optional(),
    }),
  },
  responses: jsonReply(200, pageOf(MovementShape), "a page of movements"),
});

export const movementRoutes = newRouter().openapi(route, async (c) => {
  const { sku, from, to, limit, cursor } = c.req.valid("query");
  const { d1, db, now } = requestContext(c);
  const until = to ? Date.parse(to) : now;
  const since = from ? Date.parse(from) : until - DAY_MS;
  const { movement } = (await readSettings(d1)).settings.signals;
  const currencies = sku === undefined ? await listSeenSkus(db, since, SKUS_MAX) : await currencyOf(db, sku);
  const byShard = Map.groupBy(currencies.keys(), (name) => skuShardIndex(c.env, name));
  const histories = await Promise.all(
    [...byShard].map(([shard, skus]) => skuShard(c.env, shard).history(skus, until)),
  );
  const moves = histories
    .flat()
    .flatMap((one) =>
      movementsOf(one.competitors, movement, since, until).map((move) => ({ ...move, sku: one.sku })),
    )
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
  const after = decodeCursor(cursor, z.tuple([z.number(), z.string(), z.string()]));
  const rest = after === undefined ? moves : moves.filter((move) => compare(after, placeOf(move)) < 0);
  return c.json(
    pageFrom(rest, limit, (move) => presentMove(move, currencies.get(move.sku)!), placeOf),
    200,
  );
});

type Place = [at: number, sku: string, competitor: string];

function placeOf({ at, sku, competitor }: Movement & { sku: string }): Place {
  return [at, sku, competitor];
}

/** Newest first, then by SKU and competitor. */
function compare([at, ...names]: Place, [otherAt, ...others]: Place): number {
  if (at !== otherAt) return otherAt - at;
  const [name, other] = [JSON.stringify(names), JSON.stringify(others)];
  return name === other ? 0 : name < other ? -1 : 1;
}

function presentMove(
  { sku, competitor, from, to, change, at }: Movement & { sku: string },
  currency: string,
): z.infer<typeof MovementShape> {
  return {
    ...{ sku, competitor, currency, at: iso(at) },
    from: formatMinor(from, currency),
    to: formatMinor(to, currency),
    changePct: Math.round(change * 10_000) / 100,
    direction: change > 0 ? "up" : "down",
  };
}
