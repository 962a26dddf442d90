import { createRoute, z } from "@hono/zod-openapi";
import { pageOf } from "../../domain/contract/answers.ts";
import { MapNotice, MapViolation, MapViolationDetail } from "../../domain/contract/map.ts";
import { MAP_STATUSES, NOTICE_CHANNELS } from "../../domain/messages/names.ts";
import {
  dismissViolation,
  listNotices,
  listViolations,
  logNotice,
  NOTICE_LIST,
  noticeText,
  readViolation,
  setAuthorised,
  VIOLATION_LIST,
} from "../../services/map/violations.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply, problemAnswer } from "../openapi.ts";
import { presentNotice, presentViolation } from "../presenters/map.ts";

const params = z.object({ id: z.string().max(100) });

const list = createRoute({
  method: "get",
  path: "/api/map/violations",
  tags: ["map"],
  summary: "Offers below the minimum advertised price, with the observation that shows each",
  middleware: requireScope("read"),
  request: {
    query: listQuery(VIOLATION_LIST, {
      status: z.enum(MAP_STATUSES).optional(),
      sku: z.string().max(100).optional(),
      competitor: z.string().max(200).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(MapViolation), "violations, newest first"),
});

const one = createRoute({
  method: "get",
  path: "/api/map/violations/{id}",
  tags: ["map"],
  summary: "One violation, with a text for its dealer and the log of notices",
  middleware: requireScope("read"),
  request: { params },
  responses: jsonReply(200, MapViolationDetail, "the violation"),
});

const dismiss = createRoute({
  method: "post",
  path: "/api/map/violations/{id}/dismiss",
  tags: ["map"],
  summary: "Take a violation off the open ones: it was agreed, such as for a promotion, or is none",
  middleware: requireScope("write"),
  request: {
    params,
    body: {
      required: true,
      content: {
        "application/json": { schema: z.strictObject({ note: z.string().trim().min(1).max(500) }) },
      },
    },
  },
  responses: jsonReply(200, MapViolationDetail, "the violation, dismissed"),
});

const Notice = z.strictObject({
  channel: z.enum(NOTICE_CHANNELS),
  recipient: z.string().trim().min(1).max(200).optional(),
  text: z.string().trim().min(1).max(5_000).optional().describe("default: the facts in words"),
});

const notify = createRoute({
  method: "post",
  path: "/api/map/violations/{id}/notices",
  tags: ["map"],
  summary: "Write down that the dealer was told",
  middleware: requireScope("write"),
  request: { params, body: { required: true, content: { "application/json": { schema: Notice } } } },
  responses: jsonReply(201, MapNotice, "the notice, in the log"),
});

const notices = createRoute({
  method: "get",
  path: "/api/map/notices",
  tags: ["map"],
  summary: "The log of notices to dealers",
  middleware: requireScope("read"),
  request: { query: listQuery(NOTICE_LIST, {}) },
  responses: jsonReply(200, pageOf(MapNotice), "notices, newest first"),
});

const dealer = createRoute({
  method: "put",
  path: "/api/map/dealers/{id}",
  tags: ["map"],
  summary: "Say whether a competitor is an authorised dealer",
  middleware: requireScope("write"),
  request: {
    params: z.object({ id: z.string().max(200) }),
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ authorised: z.boolean().nullable() }) } },
    },
  },
  responses: { 204: { description: "Noted" }, 404: problemAnswer("not_found") },
});

async function detailOf(db: ReturnType<typeof requestContext>["db"], id: string) {
  const found = await readViolation(db, id);
  return { ...presentViolation(found), noticeText: noticeText(found), log: found.log.map(presentNotice) };
}

export const mapRoutes = newRouter()
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(VIOLATION_LIST, asked);
    const page = await listViolations(requestContext(c).db, query, asked);
    return c.json(presentPage(page, query, presentViolation), 200);
  })
  .openapi(one, async (c) => c.json(await detailOf(requestContext(c).db, c.req.valid("param").id), 200))
  .openapi(dismiss, async (c) => {
    const { id } = c.req.valid("param");
    const ctx = requestContext(c);
    await dismissViolation(ctx, id, c.req.valid("json").note);
    return c.json(await detailOf(ctx.db, id), 200);
  })
  .openapi(notify, async (c) => {
    const { channel, recipient = null, text = null } = c.req.valid("json");
    const notice = await logNotice(requestContext(c), c.req.valid("param").id, { channel, recipient, text });
    return c.json(presentNotice(notice), 201);
  })
  .openapi(notices, async (c) => {
    const query = pageQuery(NOTICE_LIST, c.req.valid("query"));
    const page = await listNotices(requestContext(c).db, query);
    return c.json(
      presentPage(page, query, ({ notice }) => presentNotice(notice)),
      200,
    );
  })
  .openapi(dealer, async (c) => {
    await setAuthorised(requestContext(c), c.req.valid("param").id, c.req.valid("json").authorised);
    return c.body(null, 204);
  });
