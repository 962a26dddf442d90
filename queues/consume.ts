import type { Env } from "../db/env.ts";
import { afterFailure } from "../domain/delivery/failure.ts";
import { RunShardMessage } from "../domain/messages/queue.ts";
import { consumeDeadLetters } from "./consumers/dead-letters.ts";
import { consumeEvents } from "./consumers/events.ts";
import { consumeObservations } from "./consumers/observations.ts";
import { park } from "./consumers/park.ts";
import { consumeRunShard } from "./consumers/runs.ts";

/** Hands a batch to the consumer of its queue. */
export async function consume(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void> {
  switch (batch.queue) {
    case "pricewright-observations":
      return consumeObservations(batch, env, ctx);
    case "pricewright-events":
      return consumeEvents(batch, env, ctx);
    case "pricewright-runs":
      return consumeRuns(batch, env, ctx);
    case "pricewright-dead-letters":
      return consumeDeadLetters(batch, env);
    default:
      throw new Error(`no consumer for the queue ${batch.queue}`);
  }
}

/** Run shards one by one: each commits for itself. */
async function consumeRuns(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void> {
  for (const message of batch.messages) {
    const body = RunShardMessage.safeParse(message.body);
    if (!body.success) {
      await park(env, message, "not a message of this queue", Date.now());
      continue;
    }
    try {
      await consumeRunShard(env, body.data, ctx);
      message.ack();
    } catch (error) {
      const decision = afterFailure(message.attempts, error);
      console.warn({ event: "run_shard.failed", ...body.data, ...decision, error: String(error) });
      if (decision.outcome === "retry") message.retry({ delaySeconds: decision.delaySeconds });
      else await park(env, message, decision.reason, Date.now());
    }
  }
}
