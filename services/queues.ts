import type { Env } from "../db/env.ts";
import { PLATFORM_LIMITS } from "../domain/base/platform-limits.ts";
import { CHUNK_BYTES_MAX } from "../domain/delivery/chunking.ts";
import {
  BUNDLE_VERSION,
  type ChunkMessage,
  type CrawlMessage,
  MESSAGE_VERSION,
  type OursMessage,
  type ReprojectMessage,
  type RunShardMessage,
} from "../domain/messages/queue.ts";

const SEND_MESSAGES_MAX = PLATFORM_LIMITS.queueSendMessages;
/** Some room is left for the queue's own framing. */
const SEND_BYTES_MAX = PLATFORM_LIMITS.queueSendBytes - 16_000;

/** SKUs in one wake-up message: keeps it far under the size of a message, and its work in one consumer batch. */
const WAKE_UP_SKUS_MAX = 200;

/** What a queue can carry, once packed. */
interface Sized<Body> {
  body: Body;
  bytes: number;
}

const encoder = new TextEncoder();

/** A slice of an accepted batch, its rows as the JSON text that they are stored as. */
export interface ChunkToSend {
  head: Omit<ChunkMessage, "rows">;
  rows: string;
  /** of the rows, in UTF-8 */
  bytes: number;
}

/**
 * Sends slices of accepted batches, each on the queue of its kind, as text: it is parsed only where it arrives. They may
 * wait in the queue for a while. `together`: as many in a message as one operation of the queue pays for.
 */
export async function sendChunks(
  env: Pick<Env, "OBSERVATIONS" | "EVENTS">,
  chunks: readonly ChunkToSend[],
  { delaySeconds = 0, together = false }: { delaySeconds?: number; together?: boolean } = {},
) {
  const byKind = Map.groupBy(chunks, ({ head }) => head.type === "observations");
  const texts = (isObservations: boolean) => {
    const each = (byKind.get(isObservations) ?? []).map(({ head, rows, bytes }) => {
      const text = JSON.stringify({ v: MESSAGE_VERSION, ...head });
      return { body: `${text.slice(0, -1)},"rows":${rows}}`, bytes: bytes + text.length };
    });
    return together ? bundled(each) : each;
  };
  await Promise.all([
    sendAll<unknown>(env.OBSERVATIONS, texts(true), { contentType: "text", delaySeconds }),
    sendAll<unknown>(env.EVENTS, texts(false), { contentType: "text", delaySeconds }),
  ]);
}

/** More than what a bundle has around its chunks takes. */
const BUNDLE_FRAME_BYTES = 50;

/** Texts of chunks, in order, in as few messages as keep to the size of one operation. */
function bundled(each: readonly Sized<string>[]): Sized<string>[] {
  const groups: Sized<string>[][] = [];
  let room = 0;
  for (const one of each) {
    if (one.bytes > room) {
      groups.push([]);
      room = CHUNK_BYTES_MAX;
    }
    groups.at(-1)!.push(one);
    room -= one.bytes;
  }
  return groups.map((group) => {
    const [only] = group;
    if (only !== undefined && group.length === 1) return only;
    const texts = group.map(({ body }) => body).join(",");
    const bytes = group.reduce((sum, one) => sum + one.bytes + 1, 0);
    return {
      body: `{"v":${BUNDLE_VERSION},"type":"bundle","chunks":[${texts}]}`,
      bytes: bytes + BUNDLE_FRAME_BYTES,
    };
  });
}

/** The body of a message: chunks travel as JSON text. Text that is not JSON is left as it is. */
export function messageBody(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Asks for changed products to be sent to their shards; the outbox rows are settled once the shards have them. */
export async function sendOurs(
  env: Pick<Env, "OBSERVATIONS">,
  rows: readonly { outboxId: number; skus: readonly string[] }[],
): Promise<void> {
  const messages = rows.map(
    ({ outboxId, skus }): OursMessage => ({ type: "ours", skus: [...skus], outboxIds: [outboxId] }),
  );
  await sendAll(env.OBSERVATIONS, messages.map(sized));
}

/** Asks for the present state of these SKUs to be fetched from their shards and projected. */
export async function sendReproject(env: Pick<Env, "OBSERVATIONS">, skus: readonly string[]): Promise<void> {
  const messages = slices(skus, WAKE_UP_SKUS_MAX).map(
    (slice): ReprojectMessage => ({ type: "reproject", skus: slice }),
  );
  await sendAll(env.OBSERVATIONS, messages.map(sized));
}

/** Asks for offers that a source's crawls were without, after a while. */
export async function sendCrawl(
  env: Pick<Env, "OBSERVATIONS">,
  source: string,
  delaySeconds: number,
): Promise<void> {
  const message: CrawlMessage = { type: "crawl", source };
  await sendAll(env.OBSERVATIONS, [sized(message)], { delaySeconds });
}

/** Asks for shards of a run's phase to be computed. */
export async function sendRunShards(
  env: Pick<Env, "RUNS">,
  messages: readonly RunShardMessage[],
): Promise<void> {
  await sendAll(env.RUNS, messages.map(sized));
}

function sized<Body extends object>(message: Body): Sized<Body> {
  const body = { v: MESSAGE_VERSION, ...message };
  return { body, bytes: encoder.encode(JSON.stringify(body)).length };
}

async function sendAll<Body>(
  queue: Queue<Body>,
  messages: readonly Sized<Body>[],
  { contentType = "json", delaySeconds = 0 }: { contentType?: "json" | "text"; delaySeconds?: number } = {},
): Promise<void> {
  const delay = delaySeconds > 0 ? { delaySeconds } : {};
  const [only] = messages;
  if (only && messages.length === 1) {
    await queue.send(only.body, { contentType, ...delay });
    return;
  }
  let slice: MessageSendRequest<Body>[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (slice.length === SEND_MESSAGES_MAX || (slice.length > 0 && bytes + message.bytes > SEND_BYTES_MAX)) {
      await queue.sendBatch(slice);
      slice = [];
      bytes = 0;
    }
    slice.push({ body: message.body, contentType, ...delay });
    bytes += message.bytes;
  }
  if (slice.length > 0) await queue.sendBatch(slice);
}

function slices<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
