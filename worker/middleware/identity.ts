import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { SECOND_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { FAMILIAR_MS, networkOf } from "../../domain/identity/brake.ts";
import { type Actor, type Caller, may, type Scope } from "../../domain/identity/rights.ts";
import { gateOf } from "../../durable/ports.ts";
import { type ServiceContext, serviceContext, systemActor } from "../../services/context.ts";
import { bootstrap } from "../../services/identity/bootstrap.ts";
import type { SignInContext } from "../../services/identity/check-password.ts";
import { identifyAddress, identifyKey, identifySession } from "../../services/identity/identify.ts";
import {
  accessTrust,
  identifyService,
  looksLikeToken,
  serviceTrust,
  verifyAccess,
} from "../../services/identity/verify-token.ts";
import type { AppEnv } from "../context.ts";

/** A cookie of ours. `__Host-` cookies need HTTPS, so plain localhost has its own names. */
function cookieName(c: Context<AppEnv>, name: string): string {
  return isHttps(c) ? `__Host-${name}` : name;
}

export function isHttps(c: Context<AppEnv>): boolean {
  return new URL(c.req.url).protocol === "https:";
}

export function sessionCookie(c: Context<AppEnv>): string {
  return cookieName(c, "pricewright");
}

function deviceCookie(c: Context<AppEnv>): string {
  return cookieName(c, "pricewright-device");
}

/** Sets a cookie that only the server reads. */
export function setServerCookie(c: Context<AppEnv>, name: string, value: string, ms: number): void {
  setCookie(c, name, value, {
    ...{ httpOnly: true, secure: isHttps(c), sameSite: "Lax", path: "/" },
    maxAge: ms / SECOND_MS,
  });
}

/** Lets the browser say next time that its person has signed in from it before. */
export function rememberDevice(c: Context<AppEnv>, device: string): void {
  setServerCookie(c, deviceCookie(c), device, FAMILIAR_MS);
}

const AGENT_LENGTH_MAX = 200;
const DEVICE_FORM = /^pwd_[0-9a-f]{64}$/;

/** What verbs of people need: the brake, and where the request comes from. */
export function signInContext(c: Context<AppEnv>, actor: Actor): SignInContext {
  const device = getCookie(c, deviceCookie(c));
  const place = {
    network: networkOf(c.req.header("cf-connecting-ip")).slice(0, AGENT_LENGTH_MAX),
    device: device !== undefined && DEVICE_FORM.test(device) ? device : null,
    agent: (c.req.header("user-agent") ?? "").slice(0, AGENT_LENGTH_MAX),
  };
  return { ...serviceContext(c.env, actor), gate: gateOf(c.env), place };
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

let bootstrapped = false;

/**
 * Finds out who calls: a bearer (an API key or a service's token), else a session, else Cloudflare Access. What a browser
 * adds by itself may read from another origin, but change nothing.
 */
export const identity = createMiddleware<AppEnv>(async (c, next) => {
  await bootstrapOnce(c);
  const ctx = serviceContext(c.env, systemActor("identity"));
  const caller = await callerOf(c, ctx);
  c.set("actor", caller?.actor ?? null);
  c.set("credential", caller?.credential ?? null);
  return next();
});

async function callerOf(c: Context<AppEnv>, ctx: ServiceContext): Promise<Caller | null> {
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) return bearerCaller(c, ctx, bearer);
  const token = getCookie(c, sessionCookie(c));
  const access = c.req.header("cf-access-jwt-assertion");
  if ((token || access) && !SAFE_METHODS.has(c.req.method)) assertSameOrigin(c);
  const bySession = token ? await identifySession(ctx, token) : null;
  const trust = access === undefined || bySession !== null ? null : accessTrust(c.env);
  if (access === undefined || trust === null) return bySession;
  const { email, expiresAt } = await verifyAccess(access, trust, ctx.now);
  return identifyAddress(ctx, email, expiresAt);
}

async function bearerCaller(c: Context<AppEnv>, ctx: ServiceContext, bearer: string): Promise<Caller> {
  const trust = looksLikeToken(bearer) ? serviceTrust(c.env) : null;
  if (trust !== null) return identifyService(bearer, trust, ctx.now);
  const caller = await identifyKey(ctx, bearer);
  if (!caller) throw new ProblemError("unauthenticated", "the API key is unknown, over or revoked");
  return caller;
}

/**
 * Who holds the key of a request that may bring it in other ways than as a bearer: as the password of basic
 * authentication, or as a token in the address (`token`). Null without a key.
 *
 * @throws ProblemError `unauthenticated` if the key is unknown, over or revoked
 */
export async function keyOfRequest(c: Context<AppEnv>, token: string | undefined): Promise<Actor | null> {
  const actor = c.get("actor");
  if (actor?.kind === "key") return actor;
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const key = basic === undefined ? token : passwordOf(basic);
  if (!key) return null;
  const caller = await identifyKey(serviceContext(c.env, systemActor("identity")), key);
  if (!caller) throw new ProblemError("unauthenticated", "the API key is unknown, over or revoked");
  return caller.actor;
}

/** The password of basic authentication; the name before it, or no password at all, may be the key too. */
function passwordOf(basic: string): string | undefined {
  try {
    const [name = "", password = ""] = atob(basic).split(":", 2);
    return password === "" ? name : password;
  } catch {
    return undefined;
  }
}

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
    const actor = knownActor(c);
    if (!scopes.some((scope) => may(actor, scope)))
      throw new ProblemError("forbidden", `this needs the right "${scopes.join('" or "')}"`);
    await next();
  });
}

/** For what concerns the caller alone: any person, but no machine. */
export const requirePerson = createMiddleware<AppEnv>(async (c, next) => {
  if (knownActor(c).kind !== "user") throw new ProblemError("forbidden", "this is for people, not for keys");
  await next();
});

/** For whoever calls, with any right. */
export const requireCaller = createMiddleware<AppEnv>(async (c, next) => {
  knownActor(c);
  await next();
});

function knownActor(c: Context<AppEnv>): Actor {
  const actor = c.get("actor");
  if (!actor) throw new ProblemError("unauthenticated", "sign in, or send an API key as a bearer token");
  return actor;
}
