import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { database } from "../../db/database.ts";
import { iso } from "../../domain/contract/answers.ts";
import { Accepted, ReceiptShape } from "../../domain/contract/ingest.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { may } from "../../domain/identity/rights.ts";
import {
  AggregatesEnvelope,
  DemandEnvelope,
  EventsEnvelope,
  InventoryEnvelope,
  ObservationsEnvelope,
  type Receipt,
  SourceId,
} from "../../domain/messages/batch.ts";
import { BATCH_KINDS, type BatchKind } from "../../domain/messages/queue.ts";
import { inboxOf } from "../../durable/stubs.ts";
import { acceptBatch, openSource } from "../../services/ingest/accept-batch.ts";
import { noteCrawl } from "../../services/ingest/crawls.ts";
import { settledReceipt } from "../../services/quarantine/settled-receipt.ts";
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
import { requireScope } from "../middleware/identity.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../openapi.ts";

const ACCEPT_ANSWERS = {
  202: jsonAnswer(Accepted, "Stored: every row will be judged, the receipt says how"),
  400: problemAnswer("bad_json"),
  409: problemAnswer("batch_id_reused: the id was used with another body"),
  413: problemAnswer("too_large: over 1,000 rows or 1 MB"),
  422: problemAnswer("the envelope does not have this form"),
  403: problemAnswer("forbidden: the key may not post as this source"),
  429: problemAnswer("rate_limited"),
  503: problemAnswer("unavailable: not stored, send it again"),
};

/** What may be posted under /api/ingest; `list` is the field that holds the rows. */
const POSTS = [
  {
    kind: "observations",
    summary: "Post competitor prices",
    ...{ envelope: ObservationsEnvelope, list: "observations", body: ObservationsBody },
  },
  {
    kind: "demand",
    summary: "Post daily demand history",
    ...{ envelope: DemandEnvelope, list: "rows", body: DemandBody },
  },
  {
    kind: "events",
    summary: "Post what shoppers did: views, carts, purchases, refunds",
    ...{ envelope: EventsEnvelope, list: "events", body: EventsBody },
  },
  {
    kind: "inventory",
    summary: "Post changes of stock, by warehouse",
    ...{ envelope: InventoryEnvelope, list: "events", body: InventoryBody },
  },
  {
    kind: "aggregates",
    summary: "Post what comparison sites show",
    ...{ envelope: AggregatesEnvelope, list: "rows", body: AggregatesBody },
  },
] as const satisfies { kind: BatchKind; list: string; [part: string]: unknown }[];

const getBatch = createRoute({
  method: "get",
  path: "/api/ingest/batches/{batchId}",
  tags: ["ingest"],
  summary: "What became of a batch",
  request: {
    params: z.object({ batchId: z.string() }),
    query: z.object({ source: SourceId.optional(), kind: z.enum(BATCH_KINDS).optional() }),
  },
  responses: {
    200: jsonAnswer(
      ReceiptShape,
      "The receipt; on a done batch the four outcomes add up to what was received",
    ),
    404: problemAnswer("not_found"),
    409: problemAnswer("ambiguous_batch: several sources, or several kinds of one, used the id"),
  },
});

export const ingestRoutes = newRouter();

// Rows are judged one by one later, so a body is not validated against its documented form: a wrong row is a verdict.
for (const { kind, summary, envelope, list, body } of POSTS) {
  const path = `/api/ingest/${kind}`;
  const request = jsonBody(body);
  ingestRoutes.openAPIRegistry.registerPath(
    createRoute({ method: "post", path, tags: ["ingest"], summary, request, responses: ACCEPT_ANSWERS }),
  );
  ingestRoutes.post(path, requireScope("ingest"), async (c) => {
    const bytes = await readBytes(c.req.raw);
    const value = parseJson(await unpackBody(c.req.raw, bytes)).value;
    const { source, batchId, ...lists } = parseEnvelope(envelope, value);
    const crawl = "crawl" in lists ? lists.crawl : undefined;
    const rows = (lists as Record<string, unknown>)[list] as unknown[];
    const ctx = acceptContext(c);
    await openSource(ctx, { source, batchId }, c.get("actor")!);
    const accepted = await acceptBatch(ctx, { kind, source, batchId, rows }, bytes);
    if (crawl !== undefined) await noteCrawl(c.env.DB, source, crawl, rows, ctx.now);
    return c.json(accepted, 202);
  });
}

ingestRoutes.openapi(getBatch, async (c) => {
  assertMayReadReceipts(c);
  const { batchId } = c.req.valid("param");
  const receipts = await inboxOf(c.env, batchId).receipts(batchId, c.req.valid("query"));
  const [receipt] = receipts;
  if (!receipt) throw new ProblemError("not_found", `no batch ${batchId}`);
  if (receipts.length > 1)
    throw new ProblemError(
      "ambiguous_batch",
      "the batch id was used several times: name one with ?source= and ?kind=",
      {
        extra: {
          sources: [...new Set(receipts.map(({ source }) => source))],
          kinds: receipts.map(({ kind }) => kind),
        },
      },
    );
  return c.json(presentReceipt(await settledReceipt(database(c.env.DB), receipt)), 200);
});

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
