import { createRoute, z } from "@hono/zod-openapi";
import { pageOf } from "../../domain/contract/answers.ts";
import { Model } from "../../domain/contract/models.ts";
import { approveModel, readModel, rejectModel, rollBackTo } from "../../services/models/decide-model.ts";
import { listModels, MODEL_LIST } from "../../services/models/read-models.ts";
import { enterShipped } from "../../services/models/shipped-models.ts";
import { sendRunShards } from "../../services/queues.ts";
import { startRun } from "../../services/runs/start-run.ts";
import { skuAddresses } from "../../services/shards/layout.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentModel } from "../presenters/models.ts";

const id = z.object({ id: z.string() });
const reason = z.string().trim().min(1).max(500);
const Note = z.strictObject({ note: reason.optional() });
const Back = z.strictObject({
  note: reason,
  runId: z
    .string()
    .optional()
    .describe("one of the version's states; without it the newest that is not in force"),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/models",
  tags: ["science"],
  summary: "Versions of every model: elasticities, challengers, the price gate and the matcher, newest first",
  middleware: requireScope("read"),
  request: {
    query: listQuery(MODEL_LIST, {
      kind: Model.shape.kind.optional(),
      status: Model.shape.status.optional(),
    }),
  },
  responses: jsonReply(200, pageOf(Model), "a page of versions"),
});

const readRoute = createRoute({
  method: "get",
  path: "/api/models/{id}",
  tags: ["science"],
  summary: "One version",
  middleware: requireScope("read"),
  request: { params: id },
  responses: jsonReply(200, Model, "the version"),
});

const retrainRoute = createRoute({
  method: "post",
  path: "/api/models/retrain",
  tags: ["science"],
  summary: "Learn a new version from the whole catalogue; it is in force once a person has approved it",
  middleware: requireScope("write"),
  request: jsonBody(z.strictObject({ reason })),
  responses: jsonReply(202, z.object({ runId: z.string() }), "the run is on its way"),
});

const approveRoute = createRoute({
  method: "post",
  path: "/api/models/{id}/approve",
  tags: ["science"],
  summary: "Put a candidate in force",
  middleware: requireScope("approve"),
  request: { params: id, ...jsonBody(Note) },
  responses: jsonReply(200, Model, "the version in force"),
});

const rejectRoute = createRoute({
  method: "post",
  path: "/api/models/{id}/reject",
  tags: ["science"],
  summary: "Refuse a candidate",
  middleware: requireScope("approve"),
  request: { params: id, ...jsonBody(Note) },
  responses: jsonReply(200, Model, "the version, rejected"),
});

const rollbackRoute = createRoute({
  method: "post",
  path: "/api/models/{id}/rollback",
  tags: ["science"],
  summary:
    "Go back to an earlier version, or to what it had learned before; from then on a person approves newer data too",
  middleware: requireScope("approve"),
  request: { params: id, ...jsonBody(Back) },
  responses: jsonReply(200, Model, "the version, in force again"),
});

export const modelRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(MODEL_LIST, asked);
    const ctx = requestContext(c);
    // a release or a change of the settings since the last minute is there already
    await enterShipped(ctx);
    const page = await listModels(ctx, query, asked);
    return c.json(
      presentPage(page, query, ({ model }) => presentModel(model)),
      200,
    );
  })
  .openapi(readRoute, async (c) =>
    c.json(presentModel(await readModel(requestContext(c), c.req.valid("param").id)), 200),
  )
  .openapi(retrainRoute, async (c) => {
    const objectOf = await skuAddresses(c.env);
    const request = { kind: "elasticity" as const, objectOf };
    const retrain = { trigger: "person" as const, reason: c.req.valid("json").reason };
    const { runId, wake } = await startRun(requestContext(c), { ...request, retrain });
    c.executionCtx.waitUntil(sendRunShards(c.env, wake));
    return c.json({ runId }, 202);
  })
  .openapi(approveRoute, async (c) => {
    const { note } = c.req.valid("json");
    const model = await approveModel(requestContext(c), c.req.valid("param").id, note ?? null);
    return c.json(presentModel(model), 200);
  })
  .openapi(rejectRoute, async (c) => {
    const { note } = c.req.valid("json");
    const model = await rejectModel(requestContext(c), c.req.valid("param").id, note ?? null);
    return c.json(presentModel(model), 200);
  })
  .openapi(rollbackRoute, async (c) => {
    const model = await rollBackTo(requestContext(c), c.req.valid("param").id, c.req.valid("json"));
    return c.json(presentModel(model), 200);
  });
