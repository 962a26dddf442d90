import { createRoute, z } from "@hono/zod-openapi";
import { pageOf } from "../../domain/contract/answers.ts";
import {
  PriceTest,
  PriceTestMember,
  RepricingReturn,
  TestPreview,
} from "../../domain/contract/experiments.ts";
import { TestDefinition } from "../../domain/experiments/test-definition.ts";
import { readReturns } from "../../services/evaluation/read-evaluations.ts";
import { defineTest, previewTest } from "../../services/experiments/define-test.ts";
import {
  definitionOf,
  listMembers,
  listTests,
  MEMBER_LIST,
  readTest,
  TEST_LIST,
} from "../../services/experiments/read-tests.ts";
import { startTest, stopTest } from "../../services/experiments/start-test.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentMember, presentPreview, presentReturn, presentTest } from "../presenters/experiments.ts";

const id = z.object({ id: z.string() });
/** Evaluations shown: a quarter of nights. */
const HISTORY_MAX = 92;

const listRoute = createRoute({
  method: "get",
  path: "/api/price-tests",
  tags: ["experiments"],
  summary: "Price tests, newest first",
  middleware: requireScope("read"),
  request: {
    query: listQuery(TEST_LIST, {
      status: PriceTest.shape.status.optional(),
      design: PriceTest.shape.design.optional(),
    }),
  },
  responses: jsonReply(200, pageOf(PriceTest), "a page of price tests"),
});

const previewRoute = createRoute({
  method: "post",
  path: "/api/price-tests/preview",
  tags: ["experiments"],
  summary: "What a price test would be able to find, from the history of its products; nothing is kept",
  middleware: requireScope("read"),
  request: jsonBody(TestDefinition),
  responses: jsonReply(200, TestPreview, "power by days"),
});

const createTestRoute = createRoute({
  method: "post",
  path: "/api/price-tests",
  tags: ["experiments"],
  summary: "Draft a price test, with its preview",
  middleware: requireScope("write"),
  request: jsonBody(TestDefinition),
  responses: jsonReply(201, PriceTest, "the draft"),
});

const readRoute = createRoute({
  method: "get",
  path: "/api/price-tests/{id}",
  tags: ["experiments"],
  summary: "One price test with the result of the newest evaluation",
  middleware: requireScope("read"),
  request: { params: id },
  responses: jsonReply(200, PriceTest, "the price test"),
});

const membersRoute = createRoute({
  method: "get",
  path: "/api/price-tests/{id}/products",
  tags: ["experiments"],
  summary: "The products of a price test that has started, each with its arm",
  middleware: requireScope("read"),
  request: { params: id, query: listQuery(MEMBER_LIST, {}) },
  responses: jsonReply(200, pageOf(PriceTestMember), "a page of products"),
});

const startRoute = createRoute({
  method: "post",
  path: "/api/price-tests/{id}/start",
  tags: ["experiments"],
  summary: "Assign the products and price them by their arms from tomorrow on",
  middleware: requireScope("approve"),
  request: { params: id },
  responses: jsonReply(200, PriceTest, "the price test, running"),
});

const stopRoute = createRoute({
  method: "post",
  path: "/api/price-tests/{id}/stop",
  tags: ["experiments"],
  summary: "End a price test; its products are priced like the others again",
  middleware: requireScope("approve"),
  request: { params: id, ...jsonBody(z.strictObject({ reason: z.string().trim().min(1).max(500) })) },
  responses: jsonReply(200, PriceTest, "the price test, ended"),
});

const returnRoute = createRoute({
  method: "get",
  path: "/api/return",
  tags: ["experiments"],
  summary: "What repricing earns on a day, against the products that are held out",
  middleware: requireScope("read"),
  responses: jsonReply(200, RepricingReturn, "the gain with its 95 % interval"),
});

export const experimentRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(TEST_LIST, asked);
    const page = await listTests(requestContext(c), query, asked);
    return c.json(
      presentPage(page, query, ({ test }) => presentTest(test)),
      200,
    );
  })
  .openapi(previewRoute, async (c) => {
    const preview = await previewTest(requestContext(c), c.req.valid("json"), 1);
    return c.json(presentPreview(preview), 200);
  })
  .openapi(createTestRoute, async (c) =>
    c.json(presentTest(await defineTest(requestContext(c), c.req.valid("json"))), 201),
  )
  .openapi(readRoute, async (c) =>
    c.json(presentTest(await readTest(requestContext(c), c.req.valid("param").id)), 200),
  )
  .openapi(membersRoute, async (c) => {
    const ctx = requestContext(c);
    const test = await readTest(ctx, c.req.valid("param").id);
    const names = definitionOf(test).arms.map(({ name }) => name);
    const query = pageQuery(MEMBER_LIST, c.req.valid("query"));
    const page = await listMembers(ctx, query, test.id);
    return c.json(
      presentPage(page, query, ({ member }) => presentMember(member, names)),
      200,
    );
  })
  .openapi(startRoute, async (c) =>
    c.json(presentTest(await startTest(requestContext(c), c.req.valid("param").id)), 200),
  )
  .openapi(stopRoute, async (c) => {
    const { reason } = c.req.valid("json");
    return c.json(presentTest(await stopTest(requestContext(c), c.req.valid("param").id, reason)), 200);
  })
  .openapi(returnRoute, async (c) => {
    const { rows, ...install } = await readReturns(requestContext(c), HISTORY_MAX);
    return c.json(presentReturn(rows, install), 200);
  });
