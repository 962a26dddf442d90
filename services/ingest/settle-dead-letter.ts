import { BatchConflict } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { ChunkMessage, OursMessage, ReprojectMessage, RunShardMessage } from "../../domain/messages/queue.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { Ports } from "../ports.ts";
import { sendOurs, sendReproject, sendRunShards } from "../queues.ts";
import { type DeadLetter, findDeadLetter, settleStatements } from "./dead-letters.ts";

type LetterPorts = Pick<Ports, "inboxes" | "queues">;

/**
 * Sends a parked message again and answers its letter, which is settled first: a second failure parks it again.
 *
 * @throws ProblemError `not_found`; `illegal_transition` if the letter is settled, or its message is of no known form
 */
export async function replayLetter(ctx: ServiceContext, ports: LetterPorts, id: string): Promise<DeadLetter> {
  const letter = await parkedLetter(ctx, id);
  const send = senderOf(ports, letter.body);
  await settle(ctx, letter, "replayed");
  await send();
  return existing(ctx, id);
}

/**
 * Gives a parked message up and answers its letter: a chunk's rows count as rejected on its receipt.
 * @throws ProblemError `not_found`; `illegal_transition` if the letter is settled
 */
export async function discardLetter(
  ctx: ServiceContext,
  ports: LetterPorts,
  id: string,
): Promise<DeadLetter> {
  const letter = await parkedLetter(ctx, id);
  const chunk = ChunkMessage.safeParse(letter.body);
  if (chunk.success) await ports.inboxes.discard(chunk.data.inbox, chunk.data);
  await settle(ctx, letter, "discarded");
  return existing(ctx, id);
}

async function existing({ db }: ServiceContext, id: string): Promise<DeadLetter> {
  const letter = await findDeadLetter(db, id);
  if (!letter) throw new ProblemError("not_found", `no dead letter ${id}`);
  return letter;
}

async function parkedLetter(ctx: ServiceContext, id: string): Promise<DeadLetter> {
  const letter = await existing(ctx, id);
  if (letter.status !== "parked")
    throw new ProblemError("illegal_transition", `the letter is ${letter.status}`);
  return letter;
}

/** @throws ProblemError `illegal_transition` if somebody else settled it first */
async function settle(
  ctx: ServiceContext,
  { id, reason }: DeadLetter,
  status: "replayed" | "discarded",
): Promise<void> {
  try {
    await commitChained(ctx, {
      audit: [{ action: `dead_letter.${status}`, subject: `dead_letter:${id}`, detail: { reason } }],
      statements: () => settleStatements(ctx, id, status),
    });
  } catch (error) {
    if (error instanceof BatchConflict)
      throw new ProblemError("illegal_transition", "somebody else has settled the letter in the meantime");
    throw error;
  }
}

/** @throws ProblemError `illegal_transition` if no queue takes such a message */
function senderOf({ inboxes, queues }: LetterPorts, body: unknown): () => Promise<unknown> {
  const chunk = ChunkMessage.safeParse(body);
  if (chunk.success) return () => inboxes.replay(chunk.data.inbox, chunk.data);
  const ours = OursMessage.safeParse(body);
  if (ours.success)
    return () => sendOurs(queues, [{ outboxId: ours.data.outboxIds[0] ?? 0, skus: ours.data.skus }]);
  const reproject = ReprojectMessage.safeParse(body);
  if (reproject.success) return () => sendReproject(queues, reproject.data.skus);
  const run = RunShardMessage.safeParse(body);
  if (run.success) return () => sendRunShards(queues, [run.data]);
  throw new ProblemError(
    "illegal_transition",
    "the message has no form that a queue takes; it can be discarded",
  );
}
