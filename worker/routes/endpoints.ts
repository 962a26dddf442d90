import { createRoute, z } from "@hono/zod-openapi";
import { pageOf } from "../../domain/contract/answers.ts";
import {
  Delivery,
  Endpoint,
  EndpointSecret,
  NewEndpoint,
  TestDelivery,
} from "../../domain/contract/outgoing.ts";
import { DELIVERY_OUTCOMES, ENDPOINT_STATUSES } from "../../domain/messages/events.ts";
import { EVENT_PATTERNS } from "../../domain/outgoing/event-types.ts";
import { DELIVERY_LIST, listDeliveries } from "../../services/outgoing/deliveries.ts";
import { rotateEndpointSecret } from "../../services/outgoing/endpoint-secrets.ts";
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  resendFrom,
} from "../../services/outgoing/endpoints.ts";
import { ENDPOINT_LIST, existingEndpoint, listEndpoints } from "../../services/outgoing/read-endpoints.ts";
import { readEnds } from "../../services/outgoing/read-events.ts";
import { testEndpoint } from "../../services/outgoing/test-endpoint.ts";
import { drainSoon, requestContext, sendingContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { presentDelivery, presentEndpoint, presentTest } from "../presenters/outgoing.ts";

const params = z.object({ id: z.string() });
const name = z.string().trim().min(1).max(200);
const url = z.url().max(2_000).describe("HTTPS, to a public host");
const types = z
  .array(z.enum(EVENT_PATTERNS))
  .min(1)
  .max(50)
  .describe("event types; `price.*` for a family, `*` for all");
const since = z.int().min(0);

const CreateEndpoint = z.strictObject({
  name: name.optional().describe("default: the host of the address"),
  url,
  types: types.default(["price.*", "override.*", "proposal.*"]),
  since: since.optional().describe("send the events after this number; without it those from now on"),
});
const ChangeEndpoint = z.strictObject({
  name: name.optional(),
  url: url.optional(),
  types: types.optional(),
  status: z.enum(["enabled", "paused"]).optional(),
});
const RotateSecret = z.strictObject({
  revokeOld: z.boolean().default(false).describe("true: the old secret leaked and ends at once"),
});
const Resend = z.strictObject({ since: since.describe("the events after this number are sent again") });

const route = { tags: ["webhooks"], middleware: requireScope("admin") };

const listRoute = createRoute({
  ...{ method: "get", path: "/api/endpoints", tags: ["webhooks"] },
  summary: "Who is sent events, and how far each has got",
  middleware: requireScope("read"),
  request: { query: listQuery(ENDPOINT_LIST, { status: z.enum(ENDPOINT_STATUSES).optional() }) },
  responses: jsonReply(200, pageOf(Endpoint), "the endpoints"),
});
const createEndpointRoute = createRoute({
  ...route,
  ...{ method: "post", path: "/api/endpoints" },
  summary: "Send events to an address, signed by Standard Webhooks",
  request: jsonBody(CreateEndpoint),
  responses: jsonReply(201, NewEndpoint, "the endpoint; its secret is shown this once"),
});
const readRoute = createRoute({
  ...{ method: "get", path: "/api/endpoints/{id}", tags: ["webhooks"] },
  summary: "One endpoint",
  middleware: requireScope("read"),
  request: { params },
  responses: jsonReply(200, Endpoint, "the endpoint"),
});
const changeRoute = createRoute({
  ...route,
  ...{ method: "patch", path: "/api/endpoints/{id}" },
  summary: "Change, pause or enable an endpoint; enabled again, it goes on where it stopped",
  request: { params, ...jsonBody(ChangeEndpoint) },
  responses: jsonReply(200, Endpoint, "the endpoint"),
});
const deleteRoute = createRoute({
  ...route,
  ...{ method: "delete", path: "/api/endpoints/{id}" },
  summary: "Delete an endpoint and its secrets",
  request: { params },
  responses: { 204: { description: "Gone" }, 404: problemAnswer("not_found") },
});
const rotateRoute = createRoute({
  ...route,
  ...{ method: "post", path: "/api/endpoints/{id}/secret" },
  summary: "Make a new secret; for a day messages carry a signature by the old one too",
  middleware: [requireScope("admin"), emptyBodyIsNone] as const,
  request: {
    params,
    body: { required: false, content: { "application/json": { schema: RotateSecret } } },
  },
  responses: jsonReply(201, EndpointSecret, "the secret is shown this once"),
});
const testRoute = createRoute({
  ...route,
  ...{ method: "post", path: "/api/endpoints/{id}/test" },
  summary: "Send a message of the type `test` now",
  request: { params },
  responses: jsonReply(200, TestDelivery, "what the receiver answered"),
});
const resendRoute = createRoute({
  ...route,
  ...{ method: "post", path: "/api/endpoints/{id}/resend" },
  summary: "Send all events after a number again, or skip those before it",
  request: { params, ...jsonBody(Resend) },
  responses: jsonReply(200, Endpoint, "the endpoint"),
});
const logRoute = createRoute({
  ...{ method: "get", path: "/api/endpoints/{id}/deliveries", tags: ["webhooks"] },
  summary: "What was sent to an endpoint, each try, for two weeks",
  middleware: requireScope("read"),
  request: { params, query: listQuery(DELIVERY_LIST, { outcome: z.enum(DELIVERY_OUTCOMES).optional() }) },
  responses: jsonReply(200, pageOf(Delivery), "the tries, newest first"),
});

export const endpointRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { db } = requestContext(c);
    const { status, ...asked } = c.req.valid("query");
    const query = pageQuery(ENDPOINT_LIST, asked);
    const [page, { newest }] = await Promise.all([listEndpoints(db, query, status), readEnds(db)]);
    return c.json(
      presentPage(page, query, ({ endpoint }) => presentEndpoint(endpoint, newest)),
      200,
    );
  })
  .openapi(createEndpointRoute, async (c) => {
    const ctx = sendingContext(c);
    const body = c.req.valid("json");
    const made = await createEndpoint(ctx, { ...body, name: body.name ?? new URL(body.url).host });
    drainSoon(c);
    const { newest } = await readEnds(ctx.db);
    return c.json({ ...presentEndpoint(made.endpoint, newest), secret: made.secret }, 201);
  })
  .openapi(readRoute, async (c) => {
    const ctx = requestContext(c);
    const found = await existingEndpoint(ctx, c.req.valid("param").id);
    return c.json(presentEndpoint(found, (await readEnds(ctx.db)).newest), 200);
  })
  .openapi(changeRoute, async (c) => {
    const ctx = sendingContext(c);
    const changed = await changeEndpoint(ctx, c.req.valid("param").id, c.req.valid("json"));
    drainSoon(c);
    return c.json(presentEndpoint(changed, (await readEnds(ctx.db)).newest), 200);
  })
  .openapi(deleteRoute, async (c) => {
    await deleteEndpoint(sendingContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(rotateRoute, async (c) => {
    // a body of no known type is as none
    const { revokeOld = false } = c.req.valid("json") ?? {};
    const made = await rotateEndpointSecret(sendingContext(c), c.req.valid("param").id, { revokeOld });
    return c.json(made, 201);
  })
  .openapi(testRoute, async (c) => {
    const sent = await testEndpoint(sendingContext(c), c.req.valid("param").id);
    return c.json(presentTest(sent), 200);
  })
  .openapi(resendRoute, async (c) => {
    const ctx = sendingContext(c);
    const changed = await resendFrom(ctx, c.req.valid("param").id, c.req.valid("json").since);
    drainSoon(c);
    return c.json(presentEndpoint(changed, (await readEnds(ctx.db)).newest), 200);
  })
  .openapi(logRoute, async (c) => {
    const { db } = requestContext(c);
    const { outcome, ...asked } = c.req.valid("query");
    const query = pageQuery(DELIVERY_LIST, asked);
    const page = await listDeliveries(db, query, c.req.valid("param").id, outcome);
    return c.json(
      presentPage(page, query, ({ delivery }) => presentDelivery(delivery)),
      200,
    );
  });
