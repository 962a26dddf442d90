import { z } from "zod";
import type { RowKind } from "./rows.ts";

/**
 * The form of messages that this release writes. It reads every form up to it; a message without a version is of the
 * first. A message of a later form was sent by a newer release and waits until that runs again.
 */
export const MESSAGE_VERSION = 1;

/** The form of several chunks in one message, which a release before it leaves in the queue. */
export const BUNDLE_VERSION = 2;

/** Whether only a newer release can read a message. */
export function isOfNewerRelease(body: unknown): boolean {
  return typeof body === "object" && body !== null && "v" in body && Number(body.v) > BUNDLE_VERSION;
}

const version = { v: z.int().positive().optional() };

/** The kinds of rows that are posted; `carts` come from our own sessions. */
export const BATCH_KINDS = [
  "observations",
  "demand",
  "events",
  "inventory",
  "aggregates",
] as const satisfies readonly RowKind[];
export type BatchKind = (typeof BATCH_KINDS)[number];

/** A row as posted. One that is too large to send has only its size in `bytes`, and is rejected. */
export interface ChunkRow {
  row: number;
  value?: unknown;
  bytes?: number | undefined;
}

/** Checked by hand, since a message has hundreds of rows and we wrote them ourselves. */
function isChunkRow(value: unknown): value is ChunkRow {
  if (typeof value !== "object" || value === null) return false;
  const { row, bytes } = value as { row?: unknown; bytes?: unknown };
  return Number.isInteger(row) && Number(row) >= 0 && (bytes === undefined || Number.isInteger(bytes));
}

/**
 * A slice of an accepted batch, small enough for one queue message (< 64 KB). `inbox` and `batchKey` lead back to
 * the Inbox object that keeps it until it is done; the rows are as posted, validated by the consumer.
 */
export const ChunkMessage = z.object({
  ...version,
  type: z.enum(BATCH_KINDS),
  inbox: z.int().nonnegative(),
  batchKey: z.string(),
  chunk: z.int().nonnegative(),
  source: z.string(),
  receivedAt: z.number(),
  /** the `traceparent` of the request that brought it */
  trace: z.string().optional(),
  rows: z.custom<ChunkRow[]>(
    (rows) => Array.isArray(rows) && rows.every(isChunkRow),
    "rows are expected, each with its number",
  ),
});
export type ChunkMessage = z.infer<typeof ChunkMessage>;

/** Chunks that were accepted while another message was on its way. Each of them is handled as if it had come alone. */
const BundleMessage = z.object({ ...version, type: z.literal("bundle"), chunks: z.array(z.unknown()) });

/** What a message's body carries: itself, or the chunks of a bundle. */
export function bodiesOf(body: unknown): unknown[] {
  const bundle = BundleMessage.safeParse(body);
  return bundle.success ? bundle.data.chunks : [body];
}

/** Our price, cost, status or stock changed. Only a wake-up: the consumer reads the products from D1. */
export const OursMessage = z.object({
  ...version,
  type: z.literal("ours"),
  skus: z.array(z.string()),
  outboxIds: z.array(z.number()),
});
export type OursMessage = z.infer<typeof OursMessage>;

/** These SKUs changed by time alone: their present state is to be fetched from the shard and projected. */
export const ReprojectMessage = z.object({
  ...version,
  type: z.literal("reproject"),
  skus: z.array(z.string()),
});
export type ReprojectMessage = z.infer<typeof ReprojectMessage>;

/** A source has posted observations: offers may be missing by now. Only a wake-up. */
export const CrawlMessage = z.object({
  ...version,
  type: z.literal("crawl"),
  source: z.string(),
});
export type CrawlMessage = z.infer<typeof CrawlMessage>;

/** One shard of a phase of a run is due. Only a wake-up: its row in D1 says whether it still is. */
export const RunShardMessage = z.object({
  ...version,
  type: z.literal("run"),
  runId: z.string(),
  phase: z.int().nonnegative(),
  shard: z.int().nonnegative(),
});
export type RunShardMessage = z.infer<typeof RunShardMessage>;

/** Everything that the `observations` queue carries. */
export const ObservationsQueueMessage = z.discriminatedUnion("type", [
  ChunkMessage.extend({ type: z.literal("observations") }),
  OursMessage,
  ReprojectMessage,
  CrawlMessage,
]);
export type ObservationsQueueMessage = z.infer<typeof ObservationsQueueMessage>;

/** Everything that the `events` queue carries: what the shop itself reports. */
export const EventsQueueMessage = z.discriminatedUnion("type", [
  ChunkMessage.extend({ type: z.literal("demand") }),
  ChunkMessage.extend({ type: z.literal("events") }),
  ChunkMessage.extend({ type: z.literal("inventory") }),
  ChunkMessage.extend({ type: z.literal("aggregates") }),
]);
export type EventsQueueMessage = z.infer<typeof EventsQueueMessage>;
