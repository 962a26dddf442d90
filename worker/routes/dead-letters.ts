import { createRoute, z } from "@hono/zod-openapi";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { DeadLetterShape } from "../../domain/contract/ingest.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { discardLetter, replayLetter } from "../../queues/dead-letter-actions.ts";
import {
  findDeadLetter,
  listDeadLetters,
  type StoredDeadLetter,
} from "../../services/ingest/dead-letters.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonAnswer, problemAnswer } from "../openapi.ts";
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
  request: { query: PageQuery.extend({ status: DeadLetterShape.shape.status.optional() }) },
  responses: { 200: jsonAnswer(pageOf(DeadLetterShape), "Newest first") },
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
    const { limit, cursor, status } = c.req.valid("query");
    const place = decodeCursor(cursor, z.tuple([z.number(), z.string()]));
    const after = place ? { parkedAt: place[0], id: place[1] } : null;
    const rows = await listDeadLetters(c.env.DB, { status: status ?? null, limit: limit + 1, after });
    return c.json(
      pageFrom(rows, limit, presentLetter, ({ parkedAt, id }) => [parkedAt, id]),
      200,
    );
  })
  .openapi(replay, async (c) => {
    const { id } = c.req.valid("param");
    await replayLetter(c.env, requestContext(c), await parked(c.env.DB, id));
    return c.json(presentLetter(await existing(c.env.DB, id)), 200);
  })
  .openapi(discard, async (c) => {
    const { id } = c.req.valid("param");
    await discardLetter(c.env, requestContext(c), await parked(c.env.DB, id));
    return c.json(presentLetter(await existing(c.env.DB, id)), 200);
  });

async function existing(d1: D1Database, id: string): Promise<StoredDeadLetter> {
  const letter = await findDeadLetter(d1, id);
  if (!letter) throw new ProblemError("not_found", `no dead letter ${id}`);
  return letter;
}

async function parked(d1: D1Database, id: string): Promise<StoredDeadLetter> {
  const letter = await existing(d1, id);
  if (letter.status !== "parked")
    throw new ProblemError("illegal_transition", `the letter is ${letter.status}`);
  return letter;
}

function presentLetter(letter: StoredDeadLetter): z.infer<typeof DeadLetterShape> {
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
