import { createRoute, z } from "@hono/zod-openapi";
import { pageOf } from "../../domain/contract/answers.ts";
import { Session } from "../../domain/contract/people.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { may } from "../../domain/identity/rights.ts";
import { endOtherSessions, endSession, listSessions } from "../../services/identity/sessions.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { requireCaller, requirePerson } from "../middleware/identity.ts";
import { jsonReply, problemAnswer } from "../openapi.ts";
import { presentSession } from "../presenters/people.ts";
import { callingUser } from "./auth.ts";

const listRoute = createRoute({
  method: "get",
  path: "/api/sessions",
  tags: ["identity"],
  summary: "One's own open sessions; with `userId`, for administrators, somebody's",
  middleware: requireCaller,
  request: { query: PageQuery.extend({ userId: z.string().max(100).optional() }) },
  responses: jsonReply(200, pageOf(Session), "a page of sessions, newest first"),
});

const endRoute = createRoute({
  method: "delete",
  path: "/api/sessions/{id}",
  tags: ["identity"],
  summary: "End a session: one's own or, for administrators, anybody's",
  middleware: requireCaller,
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: "ended" }, 404: problemAnswer("not_found") },
});

const endOthersRoute = createRoute({
  method: "delete",
  path: "/api/sessions",
  tags: ["identity"],
  summary: "End all of one's own sessions but the one of this request",
  middleware: requirePerson,
  responses: { 204: { description: "ended" } },
});

export const sessionRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, userId: asked } = c.req.valid("query");
    const actor = c.get("actor")!;
    const own = actor.kind === "user" ? actor.id : null;
    const userId = asked ?? own;
    if (userId === null || (userId !== own && !may(actor, "admin")))
      throw new ProblemError("forbidden", "only administrators see the sessions of others, with `userId`");
    const after = decodeCursor(cursor, z.tuple([z.number(), z.string()]));
    const rows = await listSessions(requestContext(c), { userId, limit: limit + 1, after });
    const current = c.get("credential")?.id;
    return c.json(
      pageFrom(
        rows,
        limit,
        (row) => presentSession(row, current),
        ({ createdAt, id }) => [createdAt, id],
      ),
      200,
    );
  })
  .openapi(endRoute, async (c) => {
    await endSession(requestContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(endOthersRoute, async (c) => {
    await endOtherSessions(requestContext(c), await callingUser(c), c.get("credential")!.id);
    return c.body(null, 204);
  });
