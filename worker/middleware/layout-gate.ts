import { createMiddleware } from "hono/factory";
import { readLayout } from "../../services/shards/layout.ts";
import type { AppEnv } from "../context.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses every write while SKU_SHARDS is not the number of shards that hold the SKUs: see `readLayout`. */
export const layoutGate = createMiddleware<AppEnv>(async (c, next) => {
  if (!READING.has(c.req.method)) await readLayout(c.env);
  return next();
});
