import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { iso } from "../../domain/contract/answers.ts";
import { Accepted } from "../../domain/contract/ingest.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { datasetOf, readApify } from "../../domain/intake/adapters/apify.ts";
import { readChangeDetection } from "../../domain/intake/adapters/changedetection.ts";
import { readJsonLd } from "../../domain/intake/adapters/jsonld.ts";
import type { Adapter } from "../../domain/intake/adapters/observation-rows.ts";
import {
  BATCH_ROWS_MAX,
  BatchId,
  BODY_BYTES_MAX,
  DemandEnvelope,
  type Envelope,
  EventsEnvelope,
  ObservationsEnvelope,
} from "../../domain/messages/batch.ts";
import type { SourceFormat } from "../../domain/messages/names.ts";
import {
  type AcceptedBatch,
  acceptBatch,
  countRequest,
  findSigner,
} from "../../services/ingest/accept-batch.ts";
import { noteCrawl } from "../../services/ingest/crawls.ts";
import { fetchDataset } from "../../services/ingest/fetch-dataset.ts";
import type { KnownSource } from "../../services/ingest/known-sources.ts";
import { assertMayPost } from "../../services/ingest/posting-rights.ts";
import { badSignature, verifySignature } from "../../services/ingest/verify-signature.ts";
import { acceptContext } from "../after-commit.ts";
import {
  AggregatesBody,
  DemandBody,
  EventsBody,
  InventoryBody,
  ObservationsBody,
  parseEnvelope,
  parseJson,
  readBytes,
  unpackBody,
} from "../body.ts";
import { type AppEnv, newRouter } from "../context.ts";
import { keyOfRequest } from "../middleware/identity.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../openapi.ts";

const postHook = createRoute({
  method: "post",
  path: "/api/hooks/{sourceId}",
  security: [{ signature: [] }, { apiKey: [] }],
  tags: ["ingest"],
  summary: "Post a batch, signed (Standard Webhooks) or with an ingest key",
  description:
    "The bodies of /api/ingest, or those of the source's format. Either signed with the source's secret (headers " +
    "`webhook-…` or `svix-…`), or with an ingest key: as a bearer token, as the password of basic authentication, or, " +
    "if the source allows it, as `?token=` in the address. `webhook-id` is the batch id; `source` may be left out. " +
    "A body in another system's format with more than 1,000 rows becomes several batches.",
  request: {
    params: z.object({ sourceId: z.string() }),
    query: z.object({ token: z.string().optional().describe("an ingest key, if the source allows it") }),
    headers: z.object({
      "webhook-id": z.string().optional(),
      "webhook-timestamp": z.string().optional().describe("seconds; at most five minutes from now"),
      "webhook-signature": z.string().optional().describe("v1,… ; several are separated by spaces"),
    }),
    ...jsonBody(z.union([ObservationsBody, DemandBody, EventsBody, InventoryBody, AggregatesBody])),
  },
  responses: {
    202: jsonAnswer(Accepted, "Stored"),
    400: problemAnswer("bad_json"),
    401: problemAnswer("bad_signature, bad_timestamp, unauthenticated"),
    403: problemAnswer("forbidden: the key may not post as this source"),
    409: problemAnswer("batch_id_reused"),
    413: problemAnswer("too_large"),
    422: problemAnswer("the envelope does not have this form"),
    429: problemAnswer("rate_limited"),
    503: problemAnswer("unavailable"),
  },
});

/** A body in another system's format may be as large as its list is long. */
const FOREIGN_BYTES_MAX = 5 * BODY_BYTES_MAX;

type Reader = (value: unknown, sourceId: string, now: number) => Omit<Envelope, "batchId" | "source">;

/** How each format's body becomes a batch. */
const READERS: Record<SourceFormat, Reader> = {
  pricewright: readOwnFormat,
  changedetection: adapted(readChangeDetection),
  apify: adapted(readApify),
  jsonld: adapted(readJsonLd),
};

export const hookRoutes = newRouter();
hookRoutes.openAPIRegistry.registerPath(postHook);

hookRoutes.post("/api/hooks/:sourceId", async (c) => {
  const source = c.req.param("sourceId");
  const ctx = acceptContext(c);
  const sent = standardHeaders(c);
  const known = await findSigner(ctx, { source, batchId: sent.id ?? undefined });
  const isForeign = known !== null && known.source.format !== "pricewright";
  const limit = isForeign ? FOREIGN_BYTES_MAX : BODY_BYTES_MAX;
  const bytes = await readBytes(c.req.raw, limit);
  const messageId = sent.signature === null ? null : await verified(bytes, sent, known, ctx.now);
  if (messageId === null) await assertKey(c, source, known);
  // an unknown source fails like a wrong signature, so that nobody can ask which sources there are
  if (!known) throw badSignature();
  const given = messageId ?? sent.id;
  const batchId =
    given === null ? undefined : parseEnvelope(MessageHeaders, { "webhook-id": given })["webhook-id"];
  await countRequest(ctx, known.source, batchId);
  const { value } = parseJson(await unpackBody(c.req.raw, bytes, limit));
  const items = known.source.format === "apify" ? await itemsOf(c, value) : value;
  const read = READERS[known.source.format](items, source, ctx.now);
  const accepted = await acceptAll(ctx, { ...read, source, batchId }, bytes);
  if (read.crawl !== undefined) await noteCrawl(c.env.DB, source, read.crawl, read.rows, ctx.now);
  return c.json(accepted, 202);
});

const MessageHeaders = z.object({ "webhook-id": BatchId });

/** The headers of Standard Webhooks, under their own names or those of Svix. */
function standardHeaders(c: Context<AppEnv>) {
  const header = (name: string) => c.req.header(`webhook-${name}`) ?? c.req.header(`svix-${name}`) ?? null;
  return { id: header("id"), timestamp: header("timestamp"), signature: header("signature") };
}

function verified(
  bytes: Uint8Array,
  headers: ReturnType<typeof standardHeaders>,
  known: KnownSource | null,
  now: number,
): Promise<string> {
  return verifySignature(bytes, headers, known?.secrets ?? [], now);
}

/**
 * @throws ProblemError `bad_signature` without a key, `unauthenticated` with an unknown one, `forbidden` if it may not
 *   post as this source
 */
async function assertKey(c: Context<AppEnv>, source: string, known: KnownSource | null): Promise<void> {
  const token = known?.source.allowToken ? c.req.query("token") : undefined;
  const actor = await keyOfRequest(c, token);
  if (actor === null) throw badSignature();
  assertMayPost(actor, source, { isOwnAddress: true });
}

/** The items of a body, or those of the dataset that it names. */
async function itemsOf(c: Context<AppEnv>, value: unknown): Promise<unknown> {
  const dataset = Array.isArray(value) ? null : datasetOf(value);
  return dataset === null ? value : fetchDataset(c.env, dataset, c.get("trace"));
}

/** Accepts a batch, or as many as its rows take; the answer is the first's, with the rows of all. */
async function acceptAll(
  ctx: ReturnType<typeof acceptContext>,
  envelope: Envelope,
  bytes: Uint8Array,
): Promise<AcceptedBatch> {
  const first = await acceptBatch(ctx, { ...envelope, rows: envelope.rows.slice(0, BATCH_ROWS_MAX) }, bytes);
  let { received, duplicate } = first;
  for (let start = BATCH_ROWS_MAX; start < envelope.rows.length; start += BATCH_ROWS_MAX) {
    const rows = envelope.rows.slice(start, start + BATCH_ROWS_MAX);
    const batchId = `${first.batchId}.${start / BATCH_ROWS_MAX + 1}`.slice(-128);
    const next = await acceptBatch(ctx, { ...envelope, batchId, rows }, bytes);
    received += next.received;
    duplicate &&= next.duplicate;
  }
  return { batchId: first.batchId, received, duplicate };
}

/** A foreign body's rows are judged like any others. @throws ProblemError `invalid` if it is of another form */
function adapted(adapter: Adapter): Reader {
  return (value, sourceId, now) => {
    const rows = adapter(value, { receivedAt: iso(now), sourceId });
    if (rows === null)
      throw new ProblemError("invalid", "the body does not have the form of the source's format");
    return { kind: "observations", rows };
  };
}
/** Our own bodies, recognised by their list and its rows. A source that is named must be the one that signed. */
function readOwnFormat(value: unknown, sourceId: string): ReturnType<Reader> {
  const withSource = typeof value === "object" && value !== null ? { source: sourceId, ...value } : value;
  const has = (list: string) => typeof value === "object" && value !== null && list in value;
  const envelope = has("rows")
    ? parseEnvelope(DemandEnvelope, withSource)
    : has("events")
      ? parseEnvelope(EventsEnvelope, withSource)
      : parseEnvelope(ObservationsEnvelope, withSource);
  if (envelope.source !== sourceId)
    throw new ProblemError("invalid", "the body names another source", {
      errors: [{ path: "source", code: "invalid", message: `this is the address of ${sourceId}` }],
    });
  if ("rows" in envelope)
    return { kind: anyHas(envelope.rows, "aggregator") ? "aggregates" : "demand", rows: envelope.rows };
  if ("events" in envelope)
    return { kind: anyHas(envelope.events, "warehouse") ? "inventory" : "events", rows: envelope.events };
  return { kind: "observations", rows: envelope.observations, crawl: envelope.crawl };
}

function anyHas(rows: readonly unknown[], field: string): boolean {
  return rows.some((row) => typeof row === "object" && row !== null && field in row);
}
