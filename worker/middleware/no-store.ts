import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";

/** Answers of the API are for whoever asked: only a route that says otherwise may be kept on the way. */
export const noStore = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const isUpgrade = c.res.status === 101;
  if (!isUpgrade && !c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
});
