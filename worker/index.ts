import type { Env } from "../db/env.ts";
import { limitedEnv } from "../db/limits/limited-env.ts";
import { consume } from "../queues/consume.ts";
import { app } from "./app.ts";
import { runCron } from "./cron.ts";
import { followAlias } from "./follow-alias.ts";

export { ChainTurns } from "../durable/chain-turns.ts";
export { Courier } from "../durable/courier.ts";
export { Inbox } from "../durable/inbox.ts";
export { LiveFeed } from "../durable/live-feed.ts";
export { RunProgress } from "../durable/run-progress.ts";
export { SignInGate } from "../durable/sign-in-gate.ts";
export { SkuShard } from "../durable/sku-shard.ts";
export { StoreSync } from "../durable/store-sync.ts";
export { Vault } from "../durable/vault.ts";
export { Visitor } from "../durable/visitor.ts";
export { CronJob } from "./cron-job.ts";

export default {
  async fetch(request: Request, env, ctx) {
    const limited = limitedEnv(env);
    return app.fetch(await followAlias(request, limited), limited, ctx);
  },
  queue: (batch, env, ctx) => consume(batch, limitedEnv(env), ctx),
  scheduled: (controller, env) => runCron(limitedEnv(env), controller.cron, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
