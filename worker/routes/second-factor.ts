import { createRoute } from "@hono/zod-openapi";
import {
  NewSecondFactor,
  PasswordAgain,
  RecoveryCodes,
  SecondFactorCode,
} from "../../domain/contract/people.ts";
import { confirmPassword } from "../../services/identity/password.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
} from "../../services/identity/second-factor.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requirePerson, signInContext } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { callingUser } from "./auth.ts";

const beginRoute = createRoute({
  method: "post",
  path: "/api/auth/second-factor",
  tags: ["identity"],
  summary: "Begin one's own second factor: a secret for an authenticator app",
  middleware: requirePerson,
  request: jsonBody(PasswordAgain),
  responses: jsonReply(201, NewSecondFactor, "the secret; it counts once it is confirmed"),
});

const confirmRoute = createRoute({
  method: "post",
  path: "/api/auth/second-factor/confirm",
  tags: ["identity"],
  summary: "Switch one's second factor on, with its first code",
  middleware: requirePerson,
  request: jsonBody(SecondFactorCode),
  responses: jsonReply(200, RecoveryCodes, "it is on"),
});

const endRoute = createRoute({
  method: "post",
  path: "/api/auth/second-factor/off",
  tags: ["identity"],
  summary: "Switch one's second factor off",
  middleware: requirePerson,
  request: jsonBody(PasswordAgain),
  responses: { 204: { description: "it is off" } },
});

export const secondFactorRoutes = newRouter()
  .openapi(beginRoute, async (c) => {
    const user = await callingUser(c);
    await confirmPassword(signInContext(c, c.get("actor")!), user, c.req.valid("json").password, "password");
    return c.json(await beginSecondFactor(requestContext(c), user), 201);
  })
  .openapi(confirmRoute, async (c) =>
    c.json(await confirmSecondFactor(requestContext(c), await callingUser(c), c.req.valid("json").code), 200),
  )
  .openapi(endRoute, async (c) => {
    const user = await callingUser(c);
    await confirmPassword(signInContext(c, c.get("actor")!), user, c.req.valid("json").password, "password");
    await endSecondFactor(requestContext(c), user.id);
    return c.body(null, 204);
  });
