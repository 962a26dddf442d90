import { createRoute, z } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { database } from "../../db/database.ts";
import { PriceLock, PriceLockVerdict } from "../../domain/contract/price-locks.ts";
import { portsOf } from "../../durable/ports.ts";
import { lockPrices, verifyLock } from "../../services/pricing/price-lock.ts";
import { newRouter } from "../context.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentLockedPrices } from "../presenters/price.ts";

/** Prices of one check-out. */
const SKUS_MAX = 500;
/** More than the longest lock of so many SKUs. */
const LOCK_LENGTH_MAX = 600_000;
const MINUTES = { default: 15, min: 1, max: 60 };

const lockRoute = createRoute({
  method: "post",
  path: "/api/prices/lock",
  security: [],
  tags: ["pricing"],
  summary: "Promise the prices of a check-out for some minutes (public)",
  description:
    "The answer's `lock` is a signed token; nothing is stored. Every SKU must be known and on sale, else none is locked.",
  request: jsonBody(
    z.strictObject({
      skus: z.array(z.string().min(1).max(100)).min(1).max(SKUS_MAX),
      minutes: z.int().min(MINUTES.min).max(MINUTES.max).default(MINUTES.default),
    }),
  ),
  responses: jsonReply(200, PriceLock, "the promised prices, in the order of the SKUs"),
});

const verifyRoute = createRoute({
  method: "post",
  path: "/api/prices/lock/verify",
  security: [],
  tags: ["pricing"],
  summary: "The prices that a lock promises, whatever they are now; or why it does not count (public)",
  request: jsonBody(z.strictObject({ lock: z.string().max(LOCK_LENGTH_MAX) })),
  responses: jsonReply(200, PriceLockVerdict, "whether the lock counts"),
});

/** A shop's page may lock from its own origin. */
const publicLocks = newRouter();
publicLocks.use("/api/prices/lock", cors());
publicLocks.use("/api/prices/lock/verify", cors());

export const priceLockRoutes = publicLocks
  .openapi(lockRoute, async (c) => {
    const { skus, minutes } = c.req.valid("json");
    const ctx = { db: database(c.env.DB), vault: portsOf(c.env).vault, now: Date.now() };
    const { lock, ...locked } = await lockPrices(ctx, skus, minutes);
    return c.json({ ...presentLockedPrices(locked), lock }, 200);
  })
  .openapi(verifyRoute, async (c) => {
    const ctx = { vault: portsOf(c.env).vault, now: Date.now() };
    const found = await verifyLock(ctx, c.req.valid("json").lock);
    if ("fault" in found) return c.json({ valid: false as const, reason: found.fault }, 200);
    return c.json({ valid: true as const, ...presentLockedPrices(found) }, 200);
  });
