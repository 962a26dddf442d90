import { createRoute, z } from "@hono/zod-openapi";
import { skusWithOffers } from "../../db/reads/market.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { InstantIn, iso, pageOf } from "../../domain/contract/answers.ts";
import { MovementShape } from "../../domain/contract/market.ts";
import { inMoveOrder, type MovePlace, type SkuMovement } from "../../domain/shard/competitors/movements.ts";
import { addressesOf } from "../../domain/shard/layout.ts";
import { skuShard } from "../../durable/stubs.ts";
import { giveWay } from "../../services/give-way.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { readLayout } from "../../services/shards/layout.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";

/** Shards asked at the same time: others have a turn between two waves. */
const WAVE = 8;

const route = createRoute({
  method: "get",
  path: "/api/movements",
  tags: ["market"],
  summary: "Competitors' price movements of all products, newest first: telemetry, never a signal",
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
  const ctx = requestContext(c);
  const { d1, db, now } = ctx;
  const until = to ? Date.parse(to) : now;
  const since = from ? Date.parse(from) : until - DAY_MS;
  const { movement: share } = (await readSettings(d1)).settings.signals;
  const after = decodeCursor(cursor, z.tuple([z.number(), z.string(), z.string()]));
  const query = {
    share,
    since,
    until,
    limit: limit + 1,
    ...(after ? { after } : {}),
    ...(sku ? { sku } : {}),
  };
  const layout = await readLayout(c.env);
  // a small catalogue is in few of the shards
  const skus = sku ? [sku] : await skusWithOffers(db, layout.current.count);
  const shards = addressesOf(skus, layout);
  const moves: SkuMovement[] = [];
  // each shard answers its newest, so that the newest of all are among them
  for (let start = 0; start < shards.length; start += WAVE) {
    const wave = shards.slice(start, start + WAVE).map((shard) => skuShard(c.env, shard).movements(query));
    moves.push(...(await Promise.all(wave)).flat());
    await giveWay(ctx);
  }
  moves.sort((a, b) => inMoveOrder(placeOf(a), placeOf(b)));
  return c.json(pageFrom(moves, limit, presentMove, placeOf), 200);
});

function placeOf({ at, sku, competitor }: SkuMovement): MovePlace {
  return [at, sku, competitor];
}

function presentMove(move: SkuMovement): z.infer<typeof MovementShape> {
  const { sku, competitor, from, to, change, at, currency } = move;
  return {
    ...{ sku, competitor, currency, at: iso(at) },
    from: formatMinor(from, currency),
    to: formatMinor(to, currency),
    changePct: Math.round(change * 10_000) / 100,
    direction: change > 0 ? "up" : "down",
  };
}
