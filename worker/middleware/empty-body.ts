import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";

/** Some clients name a content type though they send no body: without one there is nothing to parse. */
export const emptyBodyIsNone = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.raw.body === null && c.req.header("content-type") !== undefined) {
    const headers = new Headers(c.req.raw.headers);
    headers.delete("content-type");
    c.req.raw = new Request(c.req.raw, { headers });
  }
  await next();
});
