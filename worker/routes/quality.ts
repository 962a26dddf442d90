import { createRoute, z } from "@hono/zod-openapi";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { orNotFound } from "../../domain/contract/problem.ts";
import { QualityCheckShape, QualityDetail, QualityRun } from "../../domain/contract/quality.ts";
import { qualityPorts } from "../../durable/ports.ts";
import {
  listQuality,
  QUALITY_LIST,
  type QualityResult,
  readQuality,
  runQualityChecks,
} from "../../services/quality/run-checks.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const tags = ["operate"];

const listRoute = createRoute({
  ...{ method: "get", path: "/api/quality", tags },
  summary: "The checks of the data, with what each found last: those that fail first",
  middleware: requireScope("read"),
  request: {
    query: listQuery(QUALITY_LIST, {
      status: QualityCheckShape.shape.status.optional(),
      area: z.string().optional(),
    }),
  },
  responses: jsonReply(200, pageOf(QualityCheckShape), "a page of checks"),
});

const oneRoute = createRoute({
  ...{ method: "get", path: "/api/quality/{name}", tags },
  summary: "One check with the rows that fail, and its history",
  middleware: requireScope("read"),
  request: { params: z.object({ name: z.string() }) },
  responses: jsonReply(200, QualityDetail, "the check"),
});

const runRoute = createRoute({
  ...{ method: "post", path: "/api/quality/run", tags },
  summary: "Make all checks now, which happens every six hours by itself",
  middleware: requireScope("write"),
  responses: jsonReply(200, QualityRun, "what they found"),
});

export const qualityRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(QUALITY_LIST, asked);
    const page = await listQuality(requestContext(c).db, query, asked);
    return c.json(
      presentPage(page, query, ({ check }) => presentCheck(check)),
      200,
    );
  })
  .openapi(oneRoute, async (c) => {
    const found = await readQuality(requestContext(c).db, c.req.valid("param").name);
    const { check, history } = orNotFound(found, "no such check");
    const past = history.map(({ at, status, failing }) => ({ at: iso(at), status, failing }));
    return c.json({ ...presentCheck(check), history: past }, 200);
  })
  .openapi(runRoute, async (c) => {
    const results = await runQualityChecks({ ...requestContext(c), ...qualityPorts(c.env) });
    const isOk = results.every(({ status }) => status === "ok");
    return c.json(
      { status: isOk ? ("ok" as const) : ("failing" as const), checks: results.map(presentCheck) },
      200,
    );
  });

function presentCheck(check: QualityResult): z.infer<typeof QualityCheckShape> {
  const { name, area, description, status, failing, rows, detail, checkedAt, since } = check;
  return {
    ...{ name, area, description, status, failing, rows, checkedAt: iso(checkedAt), since: iso(since) },
    ...given({ detail }),
  };
}
