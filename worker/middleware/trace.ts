import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { traceparent } from "../../domain/base/trace.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { nextStep } from "../../services/trace.ts";
import type { AppEnv } from "../context.ts";

/**
 * Takes the caller's trace on (W3C `traceparent`), names it in the answer, and logs the request in one line. The route and
 * not the address is logged, which may name a key or a person.
 */
export const tracing = createMiddleware<AppEnv>(async (c, next) => {
  const trace = nextStep(c.req.header("traceparent"));
  const began = Date.now();
  c.set("trace", trace);
  await next();
  const { status } = c.res;
  const isUpgrade = status === 101;
  if (!isUpgrade) {
    c.header("traceparent", traceparent(trace));
    c.header("x-request-id", trace.spanId);
  }
  const actor = c.get("actor");
  console.log({
    event: "request",
    ...{ method: c.req.method, route: routePath(c, -1), status, ms: Date.now() - began },
    ...{ by: actor ? actorLabel(actor) : "nobody", traceId: trace.traceId, requestId: trace.spanId },
  });
});
