import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { ProblemError } from "../../domain/contract/problem.ts";
import { may, type Scope } from "../../domain/identity/rights.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { bootstrap } from "../../services/identity/bootstrap.ts";
import { identifyKey, identifySession } from "../../services/identity/identify.ts";
import type { AppEnv } from "../context.ts";

/** The session's cookie. `__Host-` cookies need HTTPS, so plain localhost has its own name. */
export function sessionCookie(c: Context<AppEnv>): string {
  return new URL(c.req.url).protocol === "https:" ? "__Host-pricewright" : "pricewright";
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

let bootstrapped = false;

/** Finds out who calls: an API key, else a session. A cookie sent from another origin may read, but change nothing. */
export const identity = createMiddleware<AppEnv>(async (c, next) => {
  await bootstrapOnce(c);
  const ctx = serviceContext(c.env, systemActor("identity"));
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    const actor = await identifyKey(ctx, bearer);
    if (!actor) throw new ProblemError("unauthenticated", "the API key is unknown or revoked");
    c.set("actor", actor);
    return next();
  }
  const token = getCookie(c, sessionCookie(c));
  if (token && !SAFE_METHODS.has(c.req.method)) assertSameOrigin(c);
  c.set("actor", token ? await identifySession(ctx, token) : null);
  return next();
});

/** @throws ProblemError forbidden if the browser names another origin */
export function assertSameOrigin(c: Context<AppEnv>): void {
  const origin = c.req.header("origin");
  if (origin === undefined || origin === new URL(c.req.url).origin) return;
  // behind a proxy the scheme may differ from the browser's, so only the host is compared
  if (URL.canParse(origin) && new URL(origin).host === c.req.header("host")) return;
  throw new ProblemError("forbidden", "the request comes from another origin");
}

/** The first person and key of an empty install, once for each start of the Worker. */
async function bootstrapOnce(c: Context<AppEnv>): Promise<void> {
  if (bootstrapped) return;
  const { BOOTSTRAP_ADMIN: admin, BOOTSTRAP_API_KEY: apiKey } = c.env;
  await bootstrap(serviceContext(c.env, systemActor("bootstrap")), {
    ...(admin ? { admin } : {}),
    ...(apiKey ? { apiKey } : {}),
  });
  bootstrapped = true;
}

/** 401 without identity, 403 without any of the rights. */
export function requireScope(...scopes: [Scope, ...Scope[]]) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const actor = c.get("actor");
    if (!actor) throw new ProblemError("unauthenticated", "sign in, or send an API key as a bearer token");
    if (!scopes.some((scope) => may(actor, scope)))
      throw new ProblemError("forbidden", `this needs the right "${scopes.join('" or "')}"`);
    await next();
  });
}
