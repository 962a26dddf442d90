import type { Env } from "../../../db/env.ts";
import type { ChunkOutcome } from "../../../domain/messages/batch.ts";
import { Inbox as RealInbox } from "../../../durable/inbox.ts";
import { LiveFeed as RealLiveFeed } from "../../../durable/live-feed.ts";
import { SkuShard as RealSkuShard } from "../../../durable/sku-shard.ts";
import { skuShard } from "../../../durable/stubs.ts";
import { Visitor as RealVisitor } from "../../../durable/visitor.ts";
import worker from "../../../worker/index.ts";
import { passTime } from "./clock.ts";
import { countBindings, countStorage } from "./count-bindings.ts";
import { counters, operationsOf } from "./counters.ts";
import { doneLog, reportState } from "./done-log.ts";

// every other object as it is: names below stand before these
export * from "../../../worker/index.ts";

/** The Worker as it is, with its bindings counted and the instants noted at which chunks were done. */
export class Inbox extends RealInbox {
  constructor(ctx: DurableObjectState, env: Env) {
    countBindings(env);
    countStorage(ctx.storage, "Inbox");
    super(ctx, env);
  }

  override accept(...values: Parameters<RealInbox["accept"]>) {
    counters.objectRequests++;
    return super.accept(...values);
  }

  override markDone(outcomes: ChunkOutcome[]): boolean[] {
    counters.objectRequests++;
    const done = super.markDone(outcomes);
    for (const { batchKey } of outcomes) doneLog.push([batchKey.split("/").slice(2).join("/"), Date.now()]);
    return done;
  }

  override alarm(info?: AlarmInvocationInfo) {
    counters.objectRequests++;
    return super.alarm(info);
  }
}

export class SkuShard extends RealSkuShard {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx.storage, "SkuShard");
    super(ctx, env);
  }

  override observeText(...values: Parameters<RealSkuShard["observeText"]>) {
    counters.objectRequests++;
    return super.observeText(...values);
  }

  override movements(...values: Parameters<RealSkuShard["movements"]>) {
    counters.objectRequests++;
    return super.movements(...values);
  }

  override visits(...values: Parameters<RealSkuShard["visits"]>) {
    counters.objectRequests++;
    return super.visits(...values);
  }

  override present(...values: Parameters<RealSkuShard["present"]>) {
    counters.objectRequests++;
    return super.present(...values);
  }

  override markProjected(...values: Parameters<RealSkuShard["markProjected"]>) {
    counters.objectRequests++;
    return super.markProjected(...values);
  }

  override alarm(info?: AlarmInvocationInfo) {
    counters.objectRequests++;
    return super.alarm(info);
  }

  /** Its alarm goes off. */
  async wake(): Promise<void> {
    await this.alarm();
  }
}

export class Visitor extends RealVisitor {
  constructor(ctx: DurableObjectState, env: Env) {
    countStorage(ctx.storage, "Visitor");
    super(ctx, env);
  }

  override observe(...values: Parameters<RealVisitor["observe"]>) {
    counters.objectRequests++;
    return super.observe(...values);
  }

  override visits(...values: Parameters<RealVisitor["visits"]>) {
    counters.objectRequests++;
    return super.visits(...values);
  }

  override takeOrders(...values: Parameters<RealVisitor["takeOrders"]>) {
    counters.objectRequests++;
    return super.takeOrders(...values);
  }

  override customers(...values: Parameters<RealVisitor["customers"]>) {
    counters.objectRequests++;
    return super.customers(...values);
  }

  override alarm() {
    counters.objectRequests++;
    return super.alarm();
  }
}

export class LiveFeed extends RealLiveFeed {
  override publish(...values: Parameters<RealLiveFeed["publish"]>) {
    counters.objectRequests++;
    return super.publish(...values);
  }
}

export default {
  async fetch(request, env, ctx) {
    const state = reportState(request);
    if (state) return state;
    countBindings(env);
    const passed = await passTime(request, env, async (address) =>
      (skuShard(env, address) as unknown as SkuShard).wake(),
    );
    if (passed) return passed;
    counters.workerRequests++;
    return worker.fetch(request, env, ctx);
  },
  async queue(batch, env, ctx) {
    countBindings(env);
    counters.workerRequests++;
    counters.consumerBatches++;
    counters.messagesDelivered += batch.messages.length;
    // read once, and deleted once it is acknowledged
    for (const { body } of batch.messages) counters.queueOperations += 2 * operationsOf(body);
    await worker.queue(batch, env, ctx);
  },
} satisfies ExportedHandler<Env>;
