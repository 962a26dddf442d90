import { createMiddleware } from "hono/factory";
import { ProblemError } from "../../domain/contract/problem.ts";
import { may, type Scope } from "../../domain/identity/rights.ts";
import type { AppEnv } from "../context.ts";

/** 401 without identity, 403 without the right. */
export function requireScope(scope: Scope) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const actor = c.get("actor");
    if (!actor) throw new ProblemError("unauthenticated", "sign in, or send an API key as a bearer token");
    if (!may(actor, scope)) throw new ProblemError("forbidden", `this needs the right "${scope}"`);
    await next();
  });
}
