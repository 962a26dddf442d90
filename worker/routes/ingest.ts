import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { iso } from "../../domain/contract/answers.ts";
import { Accepted, ReceiptShape } from "../../domain/contract/ingest.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { may } from "../../domain/identity/rights.ts";
import type { Receipt } from "../../domain/messages/batch.ts";
import {
  AggregatesEnvelope,
  DemandEnvelope,
  type Envelope,
  EventsEnvelope,
  InventoryEnvelope,
  ObservationsEnvelope,
  SourceId,
} from "../../domain/messages/batch.ts";
import { inboxOf } from "../../durable/stubs.ts";
import { lookUpOrCreateSource } from "../../services/ingest/known-sources.ts";
import { accept, parseEnvelope, storing } from "../accept.ts";
import {
  AggregatesBody,
  DemandBody,
  EventsBody,
  InventoryBody,
  ObservationsBody,
  parseJson,
  readBytes,
  unpackBody,
} from "../body.ts";
import { type AppEnv, newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../openapi.ts";
import { assertRateEverywhere } from "../rate.ts";

const ACCEPT_ANSWERS = {
  202: jsonAnswer(Accepted, "Stored: every row will be judged, the receipt says how"),
  400: problemAnswer("bad_json"),
  409: problemAnswer("batch_id_reused: the id was used with another body"),
  413: problemAnswer("too_large: over 1,000 rows or 1 MB"),
  422: problemAnswer("the envelope is not of this form"),
  429: problemAnswer("rate_limited"),
  503: problemAnswer("unavailable: not stored, send it again"),
};

const postObservations = createRoute({
  method: "post",
  path: "/api/ingest/observations",
  tags: ["ingest"],
  summary: "Post competitor prices",
  request: jsonBody(ObservationsBody),
  responses: ACCEPT_ANSWERS,
});

const postDemand = createRoute({
  method: "post",
  path: "/api/ingest/demand",
  tags: ["ingest"],
  summary: "Post daily demand history",
  request: jsonBody(DemandBody),
  responses: ACCEPT_ANSWERS,
});

const postEvents = createRoute({
  method: "post",
  path: "/api/ingest/events",
  tags: ["ingest"],
  summary: "Post what shoppers did: views, carts, purchases, refunds",
  request: jsonBody(EventsBody),
  responses: ACCEPT_ANSWERS,
});

const postInventory = createRoute({
  method: "post",
  path: "/api/ingest/inventory",
  tags: ["ingest"],
  summary: "Post changes of stock, by warehouse",
  request: jsonBody(InventoryBody),
  responses: ACCEPT_ANSWERS,
});

const postAggregates = createRoute({
  method: "post",
  path: "/api/ingest/aggregates",
  tags: ["ingest"],
  summary: "Post what comparison sites show",
  request: jsonBody(AggregatesBody),
  responses: ACCEPT_ANSWERS,
});

const getBatch = createRoute({
  method: "get",
  path: "/api/ingest/batches/{batchId}",
  tags: ["ingest"],
  summary: "What became of a batch",
  request: { params: z.object({ batchId: z.string() }), query: z.object({ source: SourceId.optional() }) },
  responses: {
    200: jsonAnswer(
      ReceiptShape,
      "The receipt; on a done batch the four outcomes add up to what was received",
    ),
    404: problemAnswer("not_found"),
    409: problemAnswer("ambiguous_batch: several sources used the id"),
  },
});

export const ingestRoutes = newRouter();

// Rows are judged one by one later, so a body is not validated against its documented form: a wrong row is a verdict.
ingestRoutes.openAPIRegistry.registerPath(postObservations);
ingestRoutes.openAPIRegistry.registerPath(postDemand);
ingestRoutes.openAPIRegistry.registerPath(postEvents);
ingestRoutes.openAPIRegistry.registerPath(postInventory);
ingestRoutes.openAPIRegistry.registerPath(postAggregates);

ingestRoutes.post(postObservations.path, requireScope("ingest"), async (c) => {
  const bytes = await readBytes(c.req.raw);
  const { observations, ...head } = parseEnvelope(
    ObservationsEnvelope,
    parseJson(await unpackBody(c.req.raw, bytes)).value,
  );
  return acceptFrom(c, { kind: "observations", ...head, batchId: head.batchId, rows: observations }, bytes);
});

ingestRoutes.post(postDemand.path, requireScope("ingest"), async (c) => {
  const bytes = await readBytes(c.req.raw);
  const head = parseEnvelope(DemandEnvelope, parseJson(await unpackBody(c.req.raw, bytes)).value);
  return acceptFrom(c, { kind: "demand", ...head, batchId: head.batchId }, bytes);
});

ingestRoutes.post(postEvents.path, requireScope("ingest"), async (c) => {
  const bytes = await readBytes(c.req.raw);
  const { events, ...head } = parseEnvelope(
    EventsEnvelope,
    parseJson(await unpackBody(c.req.raw, bytes)).value,
  );
  return acceptFrom(c, { kind: "events", ...head, batchId: head.batchId, rows: events }, bytes);
});

ingestRoutes.post(postInventory.path, requireScope("ingest"), async (c) => {
  const bytes = await readBytes(c.req.raw);
  const { events, ...head } = parseEnvelope(
    InventoryEnvelope,
    parseJson(await unpackBody(c.req.raw, bytes)).value,
  );
  return acceptFrom(c, { kind: "inventory", ...head, batchId: head.batchId, rows: events }, bytes);
});

ingestRoutes.post(postAggregates.path, requireScope("ingest"), async (c) => {
  const bytes = await readBytes(c.req.raw);
  const head = parseEnvelope(AggregatesEnvelope, parseJson(await unpackBody(c.req.raw, bytes)).value);
  return acceptFrom(c, { kind: "aggregates", ...head, batchId: head.batchId }, bytes);
});

ingestRoutes.openapi(getBatch, async (c) => {
  assertMayReadReceipts(c);
  const { batchId } = c.req.valid("param");
  const receipts = await inboxOf(c.env, batchId).receipts(batchId, c.req.valid("query").source ?? null);
  const [receipt] = receipts;
  if (!receipt) throw new ProblemError("not_found", `no batch ${batchId}`);
  if (receipts.length > 1)
    throw new ProblemError("ambiguous_batch", "several sources used this batch id: say which with ?source=", {
      extra: { sources: receipts.map(({ source }) => source) },
    });
  return c.json(presentReceipt(receipt), 200);
});

async function acceptFrom(c: Context<AppEnv>, envelope: Envelope, bytes: Uint8Array): Promise<Response> {
  const now = Date.now();
  const source = await storing(lookUpOrCreateSource(c.env.DB, envelope.source, now), envelope);
  await assertRateEverywhere(c.env, source, envelope.batchId, now);
  return accept(c, envelope, bytes, now);
}

/** Whoever may post may read what became of it. */
function assertMayReadReceipts(c: Context<AppEnv>): void {
  const actor = c.get("actor");
  if (!actor) throw new ProblemError("unauthenticated", "sign in, or send an API key as a bearer token");
  if (!may(actor, "read") && !may(actor, "ingest"))
    throw new ProblemError("forbidden", 'this needs the right "read" or "ingest"');
}

function presentReceipt(receipt: Receipt): z.infer<typeof ReceiptShape> {
  return { ...receipt, receivedAt: iso(receipt.receivedAt) };
}
