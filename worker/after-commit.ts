import type { Context } from "hono";
import { ProblemError } from "../domain/contract/problem.ts";
import { drainOutbox } from "../queues/drain-outbox.ts";
import type { ServiceContext } from "../services/context.ts";
import { serviceContext } from "../services/context.ts";
import type { AppEnv } from "./context.ts";

/** The verb's context for a request whose caller is known. */
export function requestContext(c: Context<AppEnv>): ServiceContext {
  const actor = c.get("actor");
  if (!actor) throw new ProblemError("unauthenticated", "sign in, or send an API key as a bearer token");
  return serviceContext(c.env, actor);
}

/** After a verb that wrote outbox rows: tell the world at once; the minute tick is the safety net. */
export function drainSoon(c: Context<AppEnv>): void {
  c.executionCtx.waitUntil(drainOutbox(c.env, Date.now()));
}
