import { BatchConflict } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import {
  ChunkMessage,
  CrawlMessage,
  OursMessage,
  ReprojectMessage,
  RunShardMessage,
} from "../../domain/messages/queue.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { Ports } from "../ports.ts";
import { sendCrawl, sendOurs, sendReproject, sendRunShards } from "../queues.ts";
import {
  type DeadLetter,
  findDeadLetter,
  findDeadLetters,
  listParkedIds,
  parkAgain,
  settleStatements,
} from "./dead-letters.ts";

type LetterPorts = Pick<Ports, "inboxes" | "queues">;

/**
 * Sends a parked message again and answers its letter, which is settled first: a second failure parks it again.
 *
 * @throws ProblemError `not_found`; `illegal_transition` if the letter is settled, or its message is of no known form
 */
export async function replayLetter(ctx: ServiceContext, ports: LetterPorts, id: string): Promise<DeadLetter> {
  const letter = await parkedLetter(ctx, id);
  const send = senderOf(ports, letter.body);
  await settle(ctx, [letter], "replayed");
  await sendOrPark(ctx, id, send);
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
  await settle(ctx, [letter], "discarded");
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

/** Letters that one request settles: their messages are read whole, up to 128 KB each. */
const BULK_MAX = 200;
/** Letters that are settled in one batch. */
const SEGMENT_LETTERS = 50;

interface BulkSettlement {
  action: "replay" | "discard";
  filter: Parameters<typeof listParkedIds>[1];
  /** answers how many there are, and does nothing */
  preview?: boolean | undefined;
}

interface BulkSettled {
  done: number;
  failed: { id: string; code: string; message: string }[];
  /** parked letters of the query that this request did not come to */
  remaining: number;
}

/**
 * Replays or discards the parked letters of a query, the newest first, up to BULK_MAX. One that cannot be settled keeps
 * none of the others from it.
 */
export async function settleInBulk(
  ctx: ServiceContext,
  ports: LetterPorts,
  { action, filter, preview = false }: BulkSettlement,
): Promise<BulkSettled> {
  const ids = await listParkedIds(ctx.db, filter);
  const now = ids.slice(0, BULK_MAX);
  const answer: BulkSettled = { done: 0, failed: [], remaining: ids.length - now.length };
  if (preview) return { ...answer, done: now.length };
  for (let start = 0; start < now.length; start += SEGMENT_LETTERS) {
    const letters = await findDeadLetters(ctx.db, now.slice(start, start + SEGMENT_LETTERS));
    const settled = await (action === "replay" ? replayAll : discardAll)(ctx, ports, letters);
    answer.done += settled.done;
    answer.failed.push(...settled.failed);
  }
  return answer;
}

type Settled = Pick<BulkSettled, "done" | "failed">;

async function replayAll(
  ctx: ServiceContext,
  ports: LetterPorts,
  letters: readonly DeadLetter[],
): Promise<Settled> {
  const failed: Settled["failed"] = [];
  const sends = letters.flatMap((letter) => {
    try {
      return [{ letter, send: senderOf(ports, letter.body) }];
    } catch (error) {
      failed.push(failureOf(letter, error));
      return [];
    }
  });
  const replayable = sends.map(({ letter }) => letter);
  const refused = await settledOrWhy(ctx, replayable, "replayed");
  if (refused) return { done: 0, failed: [...failed, ...replayable.map((one) => failureOf(one, refused))] };
  let done = 0;
  for (const { letter, send } of sends) {
    try {
      await sendOrPark(ctx, letter.id, send);
      done++;
    } catch (error) {
      failed.push(failureOf(letter, error));
    }
  }
  return { done, failed };
}

async function discardAll(
  ctx: ServiceContext,
  { inboxes }: LetterPorts,
  letters: readonly DeadLetter[],
): Promise<Settled> {
  for (const { body } of letters) {
    const chunk = ChunkMessage.safeParse(body);
    if (chunk.success) await inboxes.discard(chunk.data.inbox, chunk.data);
  }
  const refused = await settledOrWhy(ctx, letters, "discarded");
  return refused
    ? { done: 0, failed: letters.map((letter) => failureOf(letter, refused)) }
    : { done: letters.length, failed: [] };
}

async function settledOrWhy(
  ctx: ServiceContext,
  letters: readonly DeadLetter[],
  status: "replayed" | "discarded",
): Promise<ProblemError | null> {
  if (letters.length === 0) return null;
  try {
    await settle(ctx, letters, status);
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function failureOf({ id }: DeadLetter, error: unknown): Settled["failed"][number] {
  if (error instanceof ProblemError) return { id, code: error.code, message: error.message };
  return { id, code: "unavailable", message: "its message could not be sent; it is parked again" };
}

/** @throws whatever kept the message from being sent; its letter is then parked again */
async function sendOrPark(ctx: ServiceContext, id: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    await parkAgain(ctx, id);
    throw error;
  }
}

/** @throws ProblemError `illegal_transition` if somebody else settled one of them first */
async function settle(
  ctx: ServiceContext,
  letters: readonly DeadLetter[],
  status: "replayed" | "discarded",
): Promise<void> {
  const ids = letters.map(({ id }) => id);
  try {
    await commitChained(ctx, {
      audit: letters.map(({ id, reason }) => ({
        ...{ action: `dead_letter.${status}`, subject: `dead_letter:${id}`, detail: { reason } },
      })),
      statements: () => settleStatements(ctx, ids, status),
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
  const crawl = CrawlMessage.safeParse(body);
  if (crawl.success) return () => sendCrawl(queues, crawl.data.source, 0);
  const run = RunShardMessage.safeParse(body);
  if (run.success) return () => sendRunShards(queues, [run.data]);
  throw new ProblemError(
    "illegal_transition",
    "the message has no form that a queue takes; it can be discarded",
  );
}
