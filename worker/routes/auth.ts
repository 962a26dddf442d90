import { createRoute, z } from "@hono/zod-openapi";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { Me, Person } from "../../domain/contract/answers.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { SESSION_MS, signIn, signOut } from "../../services/identity/session.ts";
import { newRouter } from "../context.ts";
import { assertSameOrigin, requireScope, sessionCookie } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";

const Credentials = z.strictObject({
  email: z.string().min(3).max(320),
  password: z.string().min(1).max(200),
});

const signInRoute = createRoute({
  method: "post",
  path: "/api/auth/sign-in",
  security: [],
  tags: ["identity"],
  summary: "Sign in with e-mail and password; sets the session cookie",
  request: jsonBody(Credentials),
  responses: jsonReply(200, Person, "signed in"),
});

const signOutRoute = createRoute({
  method: "post",
  path: "/api/auth/sign-out",
  security: [],
  tags: ["identity"],
  summary: "End this browser's session",
  responses: { 204: { description: "signed out" } },
});

const meRoute = createRoute({
  method: "get",
  path: "/api/auth/me",
  tags: ["identity"],
  summary: "Who the caller is",
  middleware: requireScope("read"),
  responses: jsonReply(200, Me, "the caller"),
});

export const authRoutes = newRouter()
  .openapi(signInRoute, async (c) => {
    assertSameOrigin(c);
    const { token, user } = await signIn(serviceContext(c.env, systemActor("sign-in")), c.req.valid("json"));
    setCookie(c, sessionCookie(c), token, {
      httpOnly: true,
      secure: isHttps(c.req.url),
      sameSite: "Lax",
      path: "/",
      maxAge: SESSION_MS / 1000,
    });
    return c.json(user, 200);
  })
  .openapi(signOutRoute, async (c) => {
    const token = getCookie(c, sessionCookie(c));
    if (token) await signOut(serviceContext(c.env, systemActor("sign-out")), token);
    // a browser takes no `__Host-` cookie without Secure, not even its end
    deleteCookie(c, sessionCookie(c), { path: "/", secure: isHttps(c.req.url) });
    return c.body(null, 204);
  })
  .openapi(meRoute, (c) => {
    const actor = c.get("actor")!;
    if (actor.kind === "user") {
      const { kind, name, email, role, scopes } = actor;
      return c.json({ kind, name, email, role, scopes: [...scopes] }, 200);
    }
    const name = actor.kind === "key" ? actor.name : actor.kind;
    return c.json({ kind: "key" as const, name, scopes: [...actor.scopes] }, 200);
  });

function isHttps(url: string): boolean {
  return new URL(url).protocol === "https:";
}
