import { createRoute, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { sameBytes } from "../../domain/identity/constant-time.ts";
import { OPEN_METRICS_TYPE } from "../../domain/metrics/open-metrics.ts";
import { portsOf } from "../../durable/ports.ts";
import { readMetrics } from "../../services/metrics/read-metrics.ts";
import { type AppEnv, newRouter } from "../context.ts";
import { identity, requireScope } from "../middleware/identity.ts";
import { noStore } from "../middleware/no-store.ts";
import { problemAnswer } from "../openapi.ts";

/** A scraper may have a token of its own, which opens nothing else; or the key of anybody who may read. */
const scraper = createMiddleware<AppEnv>(async (c, next) => {
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const token = c.env.METRICS_TOKEN;
  if (!token || bearer === undefined || !sameText(bearer, token)) return identity(c, next);
  c.set("actor", { kind: "service", id: "metrics", scopes: ["read"] });
  return next();
});

function sameText(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  return sameBytes(encoder.encode(a), encoder.encode(b));
}

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["operate"],
  summary: "Metrics for Prometheus, as OpenMetrics text: with a key that may read, or the METRICS_TOKEN",
  middleware: [noStore, scraper, requireScope("read")] as const,
  responses: {
    200: {
      description: "docs/metrics.md names every metric",
      content: { "application/openmetrics-text": { schema: z.string() } },
    },
    default: problemAnswer("error"),
  },
});

export const metricsRoutes = newRouter().openapi(metricsRoute, async (c) => {
  const text = await readMetrics({ d1: c.env.DB, inboxes: portsOf(c.env).inboxes, now: Date.now() });
  return c.body(text, 200, { "content-type": OPEN_METRICS_TYPE }) as never;
});
