import { createRoute, z } from "@hono/zod-openapi";
import {
  ELASTICITY_LIST,
  listElasticities,
  readElasticity,
  readElasticityHistory,
} from "../../db/reads/elasticities.ts";
import { InstantIn, pageOf } from "../../domain/contract/answers.ts";
import { Run } from "../../domain/contract/decisions.ts";
import { Elasticity, ElasticityDetail, Replay } from "../../domain/contract/learning.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { may } from "../../domain/identity/rights.ts";
import { type RunKind, UPKEEP_RUNS, type UpkeepRun } from "../../domain/messages/names.ts";
import { portsOf } from "../../durable/ports.ts";
import { sendRunShards } from "../../services/queues.ts";
import { replayRun } from "../../services/runs/replay-run.ts";
import { listRuns, RUN_LIST, reportRun } from "../../services/runs/report-run.ts";
import { startRun } from "../../services/runs/start-run.ts";
import { readLayout, skuAddresses } from "../../services/shards/layout.ts";
import { startUpkeep } from "../../services/shards/start-upkeep.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentRun } from "../presenters/decisions.ts";
import { presentElasticity, presentElasticityDetail } from "../presenters/learning.ts";

/** The products that are asked about: all, or those of SKUs, a category, a brand. */
export const RunScope = z.strictObject({
  skus: z.array(z.string()).min(1).max(100_000).optional(),
  category: z.string().optional(),
  brand: z.string().optional(),
});

const Request = z.strictObject({
  kind: Run.shape.kind,
  scope: RunScope.optional(),
  asOf: InstantIn.optional(),
  dryRun: z.boolean().optional(),
  shards: z.int().optional().describe("of a reshard: how many SKU shards there are to be"),
  since: InstantIn.optional().describe("of a restore: deliver again what was accepted from here on"),
});

const startRoute = createRoute({
  method: "post",
  path: "/api/runs",
  tags: ["runs"],
  summary: "Start a run",
  middleware: requireScope("write"),
  request: jsonBody(Request),
  responses: jsonReply(202, z.object({ runId: z.string() }), "the run was written and is on its way"),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/runs",
  tags: ["runs"],
  summary: "Runs",
  middleware: requireScope("read"),
  request: {
    query: listQuery(RUN_LIST, { kind: Run.shape.kind.optional(), status: Run.shape.status.optional() }),
  },
  responses: jsonReply(200, pageOf(Run), "a page of runs"),
});

const readRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}",
  tags: ["runs"],
  summary: "One run and its progress",
  middleware: requireScope("read"),
  request: { params: z.object({ id: z.string() }) },
  responses: jsonReply(200, Run, "the run"),
});

const replayRoute = createRoute({
  method: "post",
  path: "/api/runs/{id}/replay",
  tags: ["runs"],
  summary: "Compute an earlier run again from its snapshot, and compare",
  middleware: requireScope("read"),
  request: {
    params: z.object({ id: z.string() }),
    query: z.object({
      shardSize: z.coerce.number().int().min(1).max(10_000).optional().describe("SKUs computed together"),
    }),
  },
  responses: jsonReply(200, Replay, "whether it came out the same, and where not"),
});

/** Points of an elasticity's course: a year of nights. */
const HISTORY_MAX = 365;

const elasticitiesRoute = createRoute({
  method: "get",
  path: "/api/elasticities",
  tags: ["science"],
  summary: "The newest elasticity of each SKU",
  middleware: requireScope("read"),
  request: {
    query: listQuery(ELASTICITY_LIST, {
      category: z.string().optional(),
      brand: z.string().optional(),
      identified: z.enum(["true", "false"]).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(Elasticity), "a page in SKU order"),
});

const elasticityRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}/elasticity",
  tags: ["science"],
  summary: "The newest elasticity of one SKU, and its course",
  middleware: requireScope("read"),
  request: { params: z.object({ sku: z.string() }) },
  responses: jsonReply(200, ElasticityDetail, "the elasticity"),
});

function isUpkeep(kind: RunKind): kind is UpkeepRun {
  return (UPKEEP_RUNS as readonly RunKind[]).includes(kind);
}

export const runRoutes = newRouter()
  .openapi(startRoute, async (c) => {
    const { kind, scope, asOf, dryRun, shards, since } = c.req.valid("json");
    if (isUpkeep(kind)) {
      const ctx = requestContext(c);
      if (!may(ctx.actor, "admin")) throw new ProblemError("forbidden", `a ${kind} needs the right "admin"`);
      await readLayout(c.env);
      const from = since === undefined ? undefined : Date.parse(since);
      const { runId, wake } = await startUpkeep(
        { ...ctx, upkeep: portsOf(c.env).upkeep },
        { kind, shards, since: from },
      );
      c.executionCtx.waitUntil(sendRunShards(c.env, wake));
      return c.json({ runId }, 202);
    }
    const at = asOf === undefined ? undefined : Date.parse(asOf);
    const objectOf = await skuAddresses(c.env);
    const { runId, wake } = await startRun(requestContext(c), { kind, scope, asOf: at, dryRun, objectOf });
    // the run is in D1: if the queue does not take the wake-ups now, the minute tick sends them
    c.executionCtx.waitUntil(sendRunShards(c.env, wake));
    return c.json({ runId }, 202);
  })
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(RUN_LIST, asked);
    return c.json(presentPage(await listRuns(requestContext(c), query, asked), query, presentRun), 200);
  })
  .openapi(readRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(presentRun(orNotFound(await reportRun(requestContext(c), id), "no such run")), 200);
  })
  .openapi(replayRoute, async (c) => {
    const { shardSize } = c.req.valid("query");
    return c.json(await replayRun(requestContext(c), c.req.valid("param").id, shardSize), 200);
  })
  .openapi(elasticitiesRoute, async (c) => {
    const { identified, ...asked } = c.req.valid("query");
    const query = pageQuery(ELASTICITY_LIST, asked);
    const filter = { ...asked, identified: identified && identified === "true" };
    const page = await listElasticities(requestContext(c).db, query, filter);
    return c.json(
      presentPage(page, query, ({ elasticity, title, previousMean }) => ({
        ...{ ...presentElasticity(elasticity), title, previousMean },
      })),
      200,
    );
  })
  .openapi(elasticityRoute, async (c) => {
    const { db } = requestContext(c);
    const { sku } = c.req.valid("param");
    const [found, history] = await Promise.all([
      readElasticity(db, sku),
      readElasticityHistory(db, sku, HISTORY_MAX),
    ]);
    const row = orNotFound(found, "no elasticity yet: run one, or the SKU has no demand history");
    return c.json(presentElasticityDetail(row, history), 200);
  });
