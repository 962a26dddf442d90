import { createRoute, z } from "@hono/zod-openapi";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { DeadLetterBulk, DeadLetterBulkResult, DeadLetterShape } from "../../domain/contract/ingest.ts";
import { portsOf } from "../../durable/ports.ts";
import { DEAD_LETTER_LIST, type DeadLetter, listDeadLetters } from "../../services/ingest/dead-letters.ts";
import { discardLetter, replayLetter, settleInBulk } from "../../services/ingest/settle-dead-letter.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const params = z.object({ id: z.string() });
const ACTION_ANSWERS = {
  200: jsonAnswer(DeadLetterShape, "The letter, settled"),
  404: problemAnswer("not_found"),
  409: problemAnswer("illegal_transition: it is no longer parked"),
};

const list = createRoute({
  method: "get",
  path: "/api/dead-letters",
  tags: ["operate"],
  summary: "Messages that exhausted their tries",
  middleware: requireScope("read"),
  request: {
    query: listQuery(DEAD_LETTER_LIST, {
      status: DeadLetterShape.shape.status.optional(),
      queue: z.string().optional(),
    }),
  },
  responses: { 200: jsonAnswer(pageOf(DeadLetterShape), "Newest first") },
});

const bulk = createRoute({
  method: "post",
  path: "/api/dead-letters/bulk",
  tags: ["operate"],
  summary: "Send all parked messages of a query again, or give them up",
  middleware: requireScope("write"),
  request: jsonBody(DeadLetterBulk),
  responses: { 200: jsonAnswer(DeadLetterBulkResult, "What became of them; `remaining`: ask once more") },
});

const replay = createRoute({
  method: "post",
  path: "/api/dead-letters/{id}/replay",
  tags: ["operate"],
  summary: "Send it again",
  middleware: requireScope("write"),
  request: { params },
  responses: ACTION_ANSWERS,
});

const discard = createRoute({
  method: "post",
  path: "/api/dead-letters/{id}/discard",
  tags: ["operate"],
  summary: "Give it up: its rows count as rejected",
  middleware: requireScope("write"),
  request: { params },
  responses: ACTION_ANSWERS,
});

export const deadLetterRoutes = newRouter()
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(DEAD_LETTER_LIST, asked);
    const page = await listDeadLetters(requestContext(c).db, query, asked);
    return c.json(
      presentPage(page, query, ({ letter }) => presentLetter(letter)),
      200,
    );
  })
  .openapi(bulk, async (c) => {
    const { action, preview, filter = {} } = c.req.valid("json");
    const { from, to, ...named } = filter;
    const at = (instant: string | undefined) => (instant === undefined ? undefined : Date.parse(instant));
    const asked = { action, preview, filter: { ...named, from: at(from), to: at(to) } };
    return c.json(await settleInBulk(requestContext(c), portsOf(c.env), asked), 200);
  })
  .openapi(replay, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(presentLetter(await replayLetter(requestContext(c), portsOf(c.env), id)), 200);
  })
  .openapi(discard, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(presentLetter(await discardLetter(requestContext(c), portsOf(c.env), id)), 200);
  });

function presentLetter(letter: DeadLetter): z.infer<typeof DeadLetterShape> {
  const { id, queue, reason, attempts, status, body } = letter;
  const settledAt = letter.settledAt === null ? null : iso(letter.settledAt);
  return {
    id,
    queue,
    reason,
    attempts,
    status,
    body,
    parkedAt: iso(letter.parkedAt),
    ...given({ settledAt }),
  };
}
