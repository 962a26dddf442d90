import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { deleteCookie, getCookie } from "hono/cookie";
import {
  Credentials,
  LinkReader,
  LinkToken,
  LinkUse,
  Me,
  PasswordChange,
  Person,
} from "../../domain/contract/people.ts";
import { systemActor } from "../../services/context.ts";
import type { User } from "../../services/identity/check-password.ts";
import { acceptLink, readLink } from "../../services/identity/links.ts";
import { changePassword } from "../../services/identity/password.ts";
import { signOut } from "../../services/identity/sessions.ts";
import { SESSION_MS, signIn } from "../../services/identity/sign-in.ts";
import { findUser } from "../../services/identity/users.ts";
import { type AppEnv, newRouter } from "../context.ts";
import {
  assertSameOrigin,
  isHttps,
  rememberDevice,
  requireCaller,
  requirePerson,
  sessionCookie,
  setServerCookie,
  signInContext,
} from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";

const signInRoute = createRoute({
  method: "post",
  path: "/api/auth/sign-in",
  security: [],
  tags: ["identity"],
  summary: "Sign in with e-mail and password; sets the session cookie",
  description:
    "401 `second_factor_required`: the password is right, and a code is needed too. Failed sign-ins are counted by " +
    "address and by network: 429 says how long to wait. A browser that the person has signed in from before is counted " +
    "by itself.",
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
  middleware: requireCaller,
  responses: jsonReply(200, Me, "the caller"),
});

const linkRoute = createRoute({
  method: "post",
  path: "/api/auth/link",
  security: [],
  tags: ["identity"],
  summary: "Whom a one-time link is for",
  request: jsonBody(LinkToken),
  responses: jsonReply(200, LinkReader, "the person; the link still works"),
});

const acceptRoute = createRoute({
  method: "post",
  path: "/api/auth/accept",
  security: [],
  tags: ["identity"],
  summary: "Choose a password with a one-time link: an invitation, or a reset",
  description: "The person's sessions end. It opens none: sign in with the new password.",
  request: jsonBody(LinkUse),
  responses: jsonReply(200, Person, "the person can sign in now"),
});

const passwordRoute = createRoute({
  method: "post",
  path: "/api/auth/password",
  tags: ["identity"],
  summary: "Change one's own password; one's other sessions end",
  middleware: requirePerson,
  request: jsonBody(PasswordChange),
  responses: { 204: { description: "changed" } },
});

export const authRoutes = newRouter()
  .openapi(signInRoute, async (c) => {
    assertSameOrigin(c);
    const { token, device, user } = await signIn(
      signInContext(c, systemActor("sign-in")),
      c.req.valid("json"),
    );
    setServerCookie(c, sessionCookie(c), token, SESSION_MS);
    rememberDevice(c, device);
    return c.json(user, 200);
  })
  .openapi(signOutRoute, async (c) => {
    const token = getCookie(c, sessionCookie(c));
    if (token) await signOut(signInContext(c, systemActor("sign-out")), token);
    // a browser takes no `__Host-` cookie without Secure, not even its end
    deleteCookie(c, sessionCookie(c), { path: "/", secure: isHttps(c) });
    return c.body(null, 204);
  })
  .openapi(meRoute, async (c) => {
    const actor = c.get("actor")!;
    const { kind, id, scopes } = { id: "system", ...actor };
    if (actor.kind !== "user") {
      const name = actor.kind === "key" ? actor.name : id;
      const shown = kind === "key" ? ("key" as const) : ("service" as const);
      return c.json({ kind: shown, id, name, scopes: [...scopes] }, 200);
    }
    const { totpSecret } = await callingUser(c);
    const { name, email, role } = actor;
    const secondFactor = totpSecret !== null;
    return c.json({ kind: "user" as const, id, name, email, role, secondFactor, scopes: [...scopes] }, 200);
  })
  .openapi(linkRoute, async (c) => {
    const { user, kind } = await readLink(signInContext(c, systemActor("link")), c.req.valid("json").token);
    return c.json({ kind, email: user.email, name: user.name }, 200);
  })
  .openapi(acceptRoute, async (c) => {
    assertSameOrigin(c);
    const { user, device } = await acceptLink(signInContext(c, systemActor("link")), c.req.valid("json"));
    rememberDevice(c, device);
    const { id, email, name, role } = user;
    return c.json({ id, email, name, role }, 200);
  })
  .openapi(passwordRoute, async (c) => {
    const session = c.get("credential")!.id;
    const ctx = signInContext(c, c.get("actor")!);
    await changePassword(ctx, await callingUser(c), c.req.valid("json"), session);
    return c.body(null, 204);
  });

/** The caller's own record, for routes behind `requirePerson`. */
export async function callingUser(c: Context<AppEnv>): Promise<User> {
  const actor = c.get("actor")!;
  return findUser(signInContext(c, actor), "id" in actor ? actor.id : "");
}
