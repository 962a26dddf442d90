import { createRoute, z } from "@hono/zod-openapi";
import { MoneyIn } from "../../domain/catalogue/product-row.ts";
import { InstantIn, pageOf } from "../../domain/contract/answers.ts";
import { HeldOverride, Override } from "../../domain/contract/learning.ts";
import { HELD_STATUSES, OVERRIDE_KINDS, OVERRIDE_SCOPES } from "../../domain/messages/names.ts";
import { endOverride } from "../../services/overrides/end-override.ts";
import {
  createOrRequestOverride,
  discardHeldOverride,
  HELD_OVERRIDE_LIST,
  listHeldOverrides,
  releaseHeldOverride,
} from "../../services/overrides/held-overrides.ts";
import { listOverrides, OVERRIDE_LIST } from "../../services/overrides/read-overrides.ts";
import { readReach } from "../../services/overrides/read-reach.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentHeldOverride, presentOverride } from "../presenters/price.ts";

const Request = z.strictObject({
  scope: z.enum(OVERRIDE_SCOPES),
  key: z.string().min(1).max(200).optional().describe("the category, brand or SKU"),
  kind: z.enum(OVERRIDE_KINDS),
  price: MoneyIn.optional().describe("of a FIXED_PRICE: what every product of the scope costs"),
  reason: z.string().trim().min(1).max(500),
  expiresAt: InstantIn.optional().describe("72 hours from now without it"),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/overrides",
  tags: ["pricing"],
  summary: "Overrides in force; with `all` also those that have ended",
  middleware: requireScope("read"),
  request: {
    query: listQuery(OVERRIDE_LIST, {
      all: z.enum(["true", "false"]).default("false"),
      scope: Request.shape.scope.optional(),
      kind: Request.shape.kind.optional(),
    }),
  },
  responses: jsonReply(200, pageOf(Override), "the overrides"),
});

const createOverrideRoute = createRoute({
  method: "post",
  path: "/api/overrides",
  tags: ["pricing"],
  summary: "Freeze prices, force the rule-based strategy, or fix a price, for a while and with a reason",
  description:
    "One that sets prices of more than one SKU, or fixes one far from where it is, is of HIGH risk: it needs a `reason` of at " +
    "least 50 characters, or waits for a second person (202).",
  middleware: requireScope("approve"),
  request: jsonBody(Request),
  responses: {
    ...jsonReply(201, Override, "the override, in force"),
    ...jsonReply(202, HeldOverride, "it waits for a second person"),
  },
});

const endRoute = createRoute({
  method: "delete",
  path: "/api/overrides/{id}",
  tags: ["pricing"],
  summary: "End an override; what a fixed price replaced is in force again",
  middleware: requireScope("approve"),
  request: { params: z.object({ id: z.string() }) },
  responses: jsonReply(200, Override, "the override, ended"),
});

const listHeldRoute = createRoute({
  method: "get",
  path: "/api/held-overrides",
  tags: ["pricing"],
  summary: "Overrides that wait for a second person, newest first",
  middleware: requireScope("read"),
  request: { query: listQuery(HELD_OVERRIDE_LIST, { status: z.enum(HELD_STATUSES).default("held") }) },
  responses: jsonReply(200, pageOf(HeldOverride), "the held overrides"),
});

const settleRequest = {
  params: z.object({ id: z.string() }),
  body: {
    required: false,
    content: {
      "application/json": {
        schema: z.strictObject({ note: z.string().trim().min(1).max(500).optional() }),
      },
    },
  },
};

const releaseRoute = createRoute({
  method: "post",
  path: "/api/held-overrides/{id}/release",
  tags: ["pricing"],
  summary: "Put a held override in force, if the limits of now allow it",
  description: "Nobody may release what they asked for themselves as long as somebody else may approve.",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: settleRequest,
  responses: jsonReply(200, HeldOverride, "the request, released"),
});

const discardRoute = createRoute({
  method: "post",
  path: "/api/held-overrides/{id}/discard",
  tags: ["pricing"],
  summary: "Refuse a held override: nothing is put in force",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: settleRequest,
  responses: jsonReply(200, HeldOverride, "the request, discarded"),
});

export const overrideRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const ctx = requestContext(c);
    const { all, ...asked } = c.req.valid("query");
    const query = pageQuery(OVERRIDE_LIST, asked);
    const page = await listOverrides(ctx, query, { ...asked, all: all === "true" });
    const reach = await readReach(
      ctx,
      page.rows.map(({ override }) => override),
    );
    return c.json(
      presentPage(page, query, ({ override }) =>
        presentOverride(override, ctx.now, reach.get(override.id) ?? null),
      ),
      200,
    );
  })
  .openapi(createOverrideRoute, async (c) => {
    const ctx = requestContext(c);
    const { expiresAt, ...request } = c.req.valid("json");
    const until = expiresAt === undefined ? undefined : Date.parse(expiresAt);
    const answer = await createOrRequestOverride(ctx, { ...request, expiresAt: until });
    if ("held" in answer) return c.json(presentHeldOverride(answer.held), 202);
    drainSoon(c);
    const created = answer.done;
    const now = created.createdAt;
    const reach = await readReach({ ...ctx, now }, [created]);
    return c.json(presentOverride(created, now, reach.get(created.id) ?? null), 201);
  })
  .openapi(listHeldRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(HELD_OVERRIDE_LIST, asked);
    const page = await listHeldOverrides(requestContext(c).db, query, asked.status);
    return c.json(
      presentPage(page, query, ({ held }) => presentHeldOverride(held)),
      200,
    );
  })
  .openapi(releaseRoute, async (c) => {
    const { note } = c.req.valid("json") ?? {};
    const held = await releaseHeldOverride(requestContext(c), c.req.valid("param").id, note ?? null);
    drainSoon(c);
    return c.json(presentHeldOverride(held), 200);
  })
  .openapi(discardRoute, async (c) => {
    const { note } = c.req.valid("json") ?? {};
    const held = await discardHeldOverride(requestContext(c), c.req.valid("param").id, note ?? null);
    return c.json(presentHeldOverride(held), 200);
  })
  .openapi(endRoute, async (c) => {
    const ctx = requestContext(c);
    const ended = await endOverride(ctx, c.req.valid("param").id);
    drainSoon(c);
    return c.json(presentOverride(ended, ctx.now), 200);
  });
