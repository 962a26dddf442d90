import { createRoute, z } from "@hono/zod-openapi";
import { iso } from "../../domain/contract/answers.ts";
import { Accepted } from "../../domain/contract/ingest.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { readApify } from "../../domain/intake/adapters/apify.ts";
import { readChangeDetection } from "../../domain/intake/adapters/changedetection.ts";
import { readJsonLd } from "../../domain/intake/adapters/jsonld.ts";
import type { Adapter } from "../../domain/intake/adapters/observation-rows.ts";
import {
  BatchId,
  BODY_BYTES_MAX,
  DemandEnvelope,
  type Envelope,
  EventsEnvelope,
  ObservationsEnvelope,
} from "../../domain/messages/batch.ts";
import type { SourceFormat } from "../../domain/messages/names.ts";
import { acceptBatch, countRequest, findSigner } from "../../services/ingest/accept-batch.ts";
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
import { newRouter } from "../context.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../openapi.ts";

const postHook = createRoute({
  method: "post",
  path: "/api/hooks/{sourceId}",
  security: [{ signature: [] }],
  tags: ["ingest"],
  summary: "Post a signed batch (Standard Webhooks)",
  description:
    "The bodies of /api/ingest, signed with the source's secret instead of an API key. `webhook-id` is the batch id; " +
    "`source` may be left out.",
  request: {
    params: z.object({ sourceId: z.string() }),
    headers: z.object({
      "webhook-id": z.string(),
      "webhook-timestamp": z.string().describe("seconds; at most five minutes from now"),
      "webhook-signature": z.string().describe("v1,… ; several are separated by spaces"),
    }),
    ...jsonBody(z.union([ObservationsBody, DemandBody, EventsBody, InventoryBody, AggregatesBody])),
  },
  responses: {
    202: jsonAnswer(Accepted, "Stored"),
    400: problemAnswer("bad_json"),
    401: problemAnswer("bad_signature, bad_timestamp"),
    409: problemAnswer("batch_id_reused"),
    413: problemAnswer("too_large"),
    422: problemAnswer("the envelope does not have this form"),
    429: problemAnswer("rate_limited"),
    503: problemAnswer("unavailable"),
  },
});

const MessageHeaders = z.object({ "webhook-id": BatchId });

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
  const bytes = await readBytes(c.req.raw, BODY_BYTES_MAX);
  const ctx = acceptContext(c);
  const known = await findSigner(ctx, { source, batchId: c.req.header("webhook-id") });
  const headers = {
    id: c.req.header("webhook-id") ?? null,
    timestamp: c.req.header("webhook-timestamp") ?? null,
    signature: c.req.header("webhook-signature") ?? null,
  };
  // an unknown source fails like a wrong signature, so that nobody can ask which sources there are
  const messageId = await verifySignature(bytes, headers, known?.secrets ?? [], ctx.now);
  if (!known) throw badSignature();
  await countRequest(ctx, known.source, messageId);
  const { "webhook-id": batchId } = parseEnvelope(MessageHeaders, { "webhook-id": messageId });
  const unpacked = await unpackBody(c.req.raw, bytes);
  const read = READERS[known.source.format](parseJson(unpacked).value, source, ctx.now);
  return c.json(await acceptBatch(ctx, { ...read, source, batchId }, bytes), 202);
});

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
  return { kind: "observations", rows: envelope.observations };
}

function anyHas(rows: readonly unknown[], field: string): boolean {
  return rows.some((row) => typeof row === "object" && row !== null && field in row);
}
