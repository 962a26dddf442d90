import type { Database } from "../../db/database.ts";
import { type Trace, traceparent } from "../../domain/base/trace.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { packText } from "../../domain/delivery/chunking.ts";
import { hideVisitors } from "../../domain/delivery/hide-visitors.ts";
import type { Actor } from "../../domain/identity/rights.ts";
import { BATCH_ROWS_MAX, type BatchToAccept, type Envelope } from "../../domain/messages/batch.ts";
import { newId } from "../context.ts";
import type { InboxPort, VaultPort } from "../ports.ts";
import {
  assertKeyRate,
  assertRate,
  type KnownSource,
  lookUpOrCreateSource,
  lookUpSource,
} from "./known-sources.ts";
import { assertMayPost } from "./posting-rights.ts";
import type { Source } from "./sources.ts";

/** Seconds after which a caller may try again when a batch could not be stored. */
const STORE_RETRY_SECONDS = 5;

/** What accepting works with. */
export interface AcceptContext {
  db: Database;
  inboxes: Pick<InboxPort, "accept" | "takeTurn">;
  vault: Pick<VaultPort, "secret">;
  now: number;
  /** of the request; what comes of the batch goes on in it */
  trace?: Trace;
}

export interface AcceptedBatch {
  batchId: string;
  received: number;
  duplicate: boolean;
}

type BatchName = Pick<Envelope, "source" | "batchId">;

/**
 * The source that an ingest body names, made if it is new; its request is counted, and that of its key.
 * @throws ProblemError `forbidden` if the caller may not post as this source
 */
export async function openSource(ctx: AcceptContext, name: BatchName, actor: Actor): Promise<void> {
  const known = await orUnavailable(lookUpSource(ctx.db, name.source, ctx.now), name);
  assertMayPost(actor, name.source, { isSigned: (known?.secrets.length ?? 0) > 0 });
  const source =
    known?.source ?? (await orUnavailable(lookUpOrCreateSource(ctx.db, name.source, ctx.now), name));
  if (actor.kind === "key") assertKeyRate(actor.id, ctx.now);
  await countRequest(ctx, source, name.batchId);
}

/** A source with its signing secrets, null if there is none. @throws ProblemError `unavailable` */
export function findSigner(ctx: AcceptContext, name: BatchName): Promise<KnownSource | null> {
  return orUnavailable(lookUpSource(ctx.db, name.source, ctx.now), name);
}

/**
 * Counts one request of a source against its rate. What this isolate knows is asked first; a source with a limit of
 * its own is counted in one place too, so that its limit holds however many isolates it reaches.
 *
 * @throws ProblemError `rate_limited` with the seconds to wait, `unavailable` if nobody can tell
 */
export async function countRequest(
  { inboxes, now }: AcceptContext,
  source: Source,
  batchId: string | undefined,
): Promise<void> {
  assertRate(source, now);
  if (source.rateLimit === null) return;
  const turn = inboxes.takeTurn(source.id, source.rateLimit);
  const retryAfter = await orUnavailable(turn, { source: source.id, batchId });
  if (retryAfter !== null)
    throw new ProblemError("rate_limited", `source ${source.id} is over its rate`, { retryAfter });
}

/**
 * Stores a batch and answers its receipt: from here on it is processed, whatever happens. `bytes`: the request's body,
 * by which a batch that comes again is recognised.
 *
 * @throws ProblemError `too_large`, `batch_id_reused`, or `unavailable` when it could not be stored
 */
export async function acceptBatch(
  { inboxes, vault, now, trace }: Omit<AcceptContext, "db">,
  { kind, source, rows, batchId = newId("batch") }: Omit<Envelope, "crawl">,
  bytes: Uint8Array,
): Promise<AcceptedBatch> {
  if (rows.length > BATCH_ROWS_MAX)
    throw new ProblemError(
      "too_large",
      `a batch holds at most ${BATCH_ROWS_MAX} rows, this one ${rows.length}`,
    );
  const sha256 = await sha256OfBytes(bytes);
  const hidden =
    kind === "events" ? hideVisitors(rows, await orUnavailable(vault.secret(), { source, batchId })) : rows;
  const traced = trace === undefined ? {} : { trace: traceparent(trace) };
  const head = { source, batchId, sha256, kind, receivedAt: now, ...traced };
  const accepted = await storeBatch(inboxes, { ...head, rows: hidden });
  const { received, duplicate } = accepted;
  console.log({
    ...{ event: "ingest.accepted", source, kind, batchId, received, duplicate },
    ...{ traceId: trace?.traceId, requestId: trace?.spanId },
  });
  return accepted;
}

/** @throws ProblemError `batch_id_reused`, or `unavailable` when it could not be stored */
export async function storeBatch(
  inboxes: Pick<InboxPort, "accept">,
  { rows, ...head }: BatchToAccept,
): Promise<AcceptedBatch> {
  const { batchId, source } = head;
  // packed here: text crosses to the object at a fraction of the cost of rows
  const work = inboxes.accept({ ...head, chunks: packText(rows), received: rows.length });
  const answer = await orUnavailable(work, head);
  if (!answer.taken)
    throw new ProblemError("batch_id_reused", `batch ${batchId} of ${source} had another body`);
  return { batchId, received: answer.received, duplicate: answer.duplicate };
}

/** What cannot be stored now may be sent again: nothing was promised yet. */
async function orUnavailable<T>(work: Promise<T>, { source, batchId }: BatchName): Promise<T> {
  try {
    return await work;
  } catch (error) {
    console.error({ event: "ingest.not_stored", source, batchId, error: String(error) });
    throw new ProblemError("unavailable", "the batch could not be stored; send it again", {
      retryAfter: STORE_RETRY_SECONDS,
    });
  }
}

/** By the runtime: a body may be a megabyte. */
async function sha256OfBytes(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
