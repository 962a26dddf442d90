import type { Env } from "../db/env.ts";
import { BatchConflict } from "../db/write.ts";
import { ProblemError } from "../domain/contract/problem.ts";
import { ChunkMessage, OursMessage, ReprojectMessage, RunShardMessage } from "../domain/messages/queue.ts";
import { inbox } from "../durable/stubs.ts";
import { commitChained } from "../services/chains/commit-chained.ts";
import type { ServiceContext } from "../services/context.ts";
import { type StoredDeadLetter, settleDeadLetter } from "../services/ingest/dead-letters.ts";
import { sendOurs, sendReproject, sendRunShards } from "./send.ts";

/**
 * Sends a parked message again. Settled first, so that a second failure can park the letter anew; a message lost in
 * between is a chunk that is still parked on its receipt, and the letter's replay may be asked for again.
 */
export async function replayLetter(env: Env, ctx: ServiceContext, letter: StoredDeadLetter): Promise<void> {
  await settle(ctx, letter, "replayed");
  await sendAgain(env, letter.body);
}

/** Gives a parked message up: a chunk's rows count as rejected on its receipt. */
export async function discardLetter(env: Env, ctx: ServiceContext, letter: StoredDeadLetter): Promise<void> {
  const chunk = ChunkMessage.safeParse(letter.body);
  if (chunk.success) await inbox(env, chunk.data.inbox).discard(chunk.data);
  await settle(ctx, letter, "discarded");
}

/** @throws ProblemError `illegal_transition` if somebody else settled it first */
async function settle(
  ctx: ServiceContext,
  letter: StoredDeadLetter,
  status: "replayed" | "discarded",
): Promise<void> {
  try {
    await commitChained(ctx, {
      audit: [
        {
          action: `dead_letter.${status}`,
          subject: `dead_letter:${letter.id}`,
          detail: { reason: letter.reason },
        },
      ],
      statements: () => settleDeadLetter(ctx.d1, letter.id, status, ctx.now),
    });
  } catch (error) {
    if (error instanceof BatchConflict)
      throw new ProblemError("illegal_transition", "the letter was settled meanwhile");
    throw error;
  }
}

async function sendAgain(env: Env, body: unknown): Promise<void> {
  const chunk = ChunkMessage.safeParse(body);
  if (chunk.success) {
    await inbox(env, chunk.data.inbox).replay(chunk.data);
    return;
  }
  const ours = OursMessage.safeParse(body);
  if (ours.success) return sendOurs(env, [{ outboxId: ours.data.outboxIds[0] ?? 0, skus: ours.data.skus }]);
  const reproject = ReprojectMessage.safeParse(body);
  if (reproject.success) return sendReproject(env, reproject.data.skus);
  const run = RunShardMessage.safeParse(body);
  if (run.success) return sendRunShards(env, [run.data]);
  throw new ProblemError(
    "illegal_transition",
    "the message is of no form that a queue takes; it can be discarded",
  );
}
