import type { Env } from "../db/env.ts";
import { consume } from "../queues/consume.ts";
import { app } from "./app.ts";
import { runCron } from "./cron-table.ts";

export { ChainTurns } from "../durable/chain-turns.ts";
export { Inbox } from "../durable/inbox.ts";
export { LiveFeed } from "../durable/live-feed.ts";
export { RunProgress } from "../durable/run-progress.ts";
export { SignInGate } from "../durable/sign-in-gate.ts";
export { SkuShard } from "../durable/sku-shard.ts";
export { StoreSync } from "../durable/store-sync.ts";
export { Vault } from "../durable/vault.ts";
export { Visitor } from "../durable/visitor.ts";

export default {
  fetch: app.fetch,
  queue: (batch, env, ctx) => consume(batch, env, ctx),
  scheduled: (controller, env) => runCron(env, controller.cron, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
