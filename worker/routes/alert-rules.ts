import { createRoute, z } from "@hono/zod-openapi";
import { AlertRuleShape, ChangeAlertRule, CreateAlertRule } from "../../domain/contract/alerts.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import {
  changeRule,
  createRule,
  deleteRule,
  existingRule,
  listRules,
  RULE_LIST,
} from "../../services/alerts/rules.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { presentRule } from "../presenters/alerts.ts";

const params = z.object({ id: z.string() });
const reading = { tags: ["alerts"], middleware: requireScope("read") };
const writing = { tags: ["alerts"], middleware: requireScope("write") };

const listRoute = createRoute({
  ...reading,
  ...{ method: "get", path: "/api/alert-rules" },
  summary: "Rules: which events are alerts, and where they are sent",
  request: { query: listQuery(RULE_LIST, {}) },
  responses: jsonReply(200, pageOf(AlertRuleShape), "the rules"),
});
const createRuleRoute = createRoute({
  ...writing,
  ...{ method: "post", path: "/api/alert-rules" },
  summary: "Make a rule; it looks at what happens from now on",
  request: jsonBody(CreateAlertRule),
  responses: jsonReply(201, AlertRuleShape, "the rule"),
});
const readRoute = createRoute({
  ...reading,
  ...{ method: "get", path: "/api/alert-rules/{id}" },
  summary: "One rule",
  request: { params },
  responses: jsonReply(200, AlertRuleShape, "the rule"),
});
const changeRoute = createRoute({
  ...writing,
  ...{ method: "patch", path: "/api/alert-rules/{id}" },
  summary: "Change a rule, or turn it on or off",
  request: { params, ...jsonBody(ChangeAlertRule) },
  responses: jsonReply(200, AlertRuleShape, "the rule"),
});
const deleteRoute = createRoute({
  ...writing,
  ...{ method: "delete", path: "/api/alert-rules/{id}" },
  summary: "Delete a rule; what already waits to be sent is sent",
  request: { params },
  responses: { 204: { description: "Gone" }, 404: problemAnswer("not_found") },
});

export const alertRuleRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const query = pageQuery(RULE_LIST, c.req.valid("query"));
    const page = await listRules(requestContext(c).db, query);
    return c.json(
      presentPage(page, query, ({ rule }) => presentRule(rule)),
      200,
    );
  })
  .openapi(createRuleRoute, async (c) => {
    return c.json(presentRule(await createRule(requestContext(c), c.req.valid("json"))), 201);
  })
  .openapi(readRoute, async (c) => {
    return c.json(presentRule(await existingRule(requestContext(c), c.req.valid("param").id)), 200);
  })
  .openapi(changeRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(presentRule(await changeRule(requestContext(c), id, c.req.valid("json"))), 200);
  })
  .openapi(deleteRoute, async (c) => {
    await deleteRule(requestContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
