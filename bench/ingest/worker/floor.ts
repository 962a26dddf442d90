import { DurableObject } from "cloudflare:workers";
import { shardOf } from "../../../domain/base/sharding.ts";
import { doneLog, reportState } from "./done-log.ts";

// the other objects that the configuration binds, which the floor does without: its own names stand before these
export * from "../../../worker/index.ts";

interface Env {
  SKU_SHARD: DurableObjectNamespace<SkuShard>;
  OBSERVATIONS: Queue<FloorBatch>;
  SKU_SHARDS: string;
}

interface FloorBatch {
  id: string;
  observations: { sku: string }[];
}

/**
 * The least that this design can do: parse, queue, one row per shard object for each consumer batch. No signature, no
 * promise, no state, no database.
 */
export class SkuShard extends DurableObject {
  #slot = 0;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS log (slot INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  write(rows: unknown[]): number {
    this.#slot = (this.#slot + 1) % 64;
    this.ctx.storage.sql.exec(
      "INSERT INTO log (slot, body) VALUES (?, ?) ON CONFLICT (slot) DO UPDATE SET body = excluded.body",
      this.#slot,
      JSON.stringify(rows),
    );
    return rows.length;
  }
}

export default {
  async fetch(request, env) {
    const state = reportState(request);
    if (state) return state;
    const { observations } = (await request.json()) as FloorBatch;
    await env.OBSERVATIONS.send({ id: request.headers.get("webhook-id") ?? "", observations });
    return new Response(null, { status: 202 });
  },

  async queue(batch, env) {
    const shards = Number(env.SKU_SHARDS);
    const rows = batch.messages.flatMap(({ body }) => body.observations);
    const byShard = Map.groupBy(rows, ({ sku }) => shardOf(sku, shards));
    await Promise.all(
      [...byShard].map(([shard, group]) =>
        env.SKU_SHARD.get(env.SKU_SHARD.idFromName(`shard-${shard}`)).write(group),
      ),
    );
    for (const { body } of batch.messages) doneLog.push([body.id, Date.now()]);
    batch.ackAll();
  },
} satisfies ExportedHandler<Env, FloorBatch>;
