import { createRoute, z } from "@hono/zod-openapi";
import { pageOf } from "../../domain/contract/answers.ts";
import { Calibration, Drift, PriceImpact, PriceOutcome } from "../../domain/contract/outcomes.ts";
import {
  listOutcomes,
  OUTCOME_LIST,
  readCalibration,
  readImpact,
} from "../../services/evaluation/outcomes.ts";
import { readDrift } from "../../services/evaluation/read-evaluations.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { presentDrift, presentImpact, presentOutcome } from "../presenters/outcomes.ts";

const listRoute = createRoute({
  method: "get",
  path: "/api/outcomes",
  tags: ["experiments"],
  summary: "What came of each price that a proposal changed, against unchanged products",
  middleware: requireScope("read"),
  request: {
    query: listQuery(OUTCOME_LIST, {
      sku: z.string().optional(),
      category: z.string().optional(),
      status: PriceOutcome.shape.status.optional(),
      alarm: z.enum(["true", "false"]).default("false").describe("only those offered to be taken back"),
    }),
  },
  responses: jsonReply(200, pageOf(PriceOutcome), "a page of outcomes"),
});

const calibrationRoute = createRoute({
  method: "get",
  path: "/api/outcomes/calibration",
  tags: ["experiments"],
  summary: "How often a gain came where one was said to come with some probability",
  middleware: requireScope("read"),
  responses: jsonReply(200, Calibration, "by class of the stated probability"),
});

const impactRoute = createRoute({
  method: "get",
  path: "/api/outcomes/impact",
  tags: ["experiments"],
  summary: "What the prices that proposals changed have come to so far, summed",
  middleware: requireScope("read"),
  request: { query: z.object({ days: z.coerce.number().int().min(1).max(90).default(30) }) },
  responses: jsonReply(200, PriceImpact, "by currency"),
});

const driftRoute = createRoute({
  method: "get",
  path: "/api/drift",
  tags: ["experiments"],
  summary: "Drift of inputs, predictions and results by day, and what was done about it",
  middleware: requireScope("read"),
  responses: jsonReply(200, Drift, "the days"),
});

/** Days of drift shown. */
const DRIFT_DAYS = 60;

export const outcomeRoutes = newRouter()
  .openapi(calibrationRoute, async (c) => c.json(await readCalibration(requestContext(c)), 200))
  .openapi(impactRoute, async (c) => {
    const { days } = c.req.valid("query");
    const found = await readImpact(requestContext(c), days);
    return c.json({ days, currencies: found.map(presentImpact) }, 200);
  })
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(OUTCOME_LIST, asked);
    const page = await listOutcomes(requestContext(c), query, { ...asked, alarm: asked.alarm === "true" });
    return c.json(
      presentPage(page, query, ({ outcome }) => presentOutcome(outcome)),
      200,
    );
  })
  .openapi(driftRoute, async (c) => {
    const { rows, ...install } = await readDrift(requestContext(c), DRIFT_DAYS);
    return c.json(presentDrift(rows, install), 200);
  });
