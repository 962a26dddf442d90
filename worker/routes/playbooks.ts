import { createRoute, z } from "@hono/zod-openapi";
import { HeldOverride } from "../../domain/contract/learning.ts";
import { Incident, PlaybookPreview } from "../../domain/contract/playbooks.ts";
import { PLAYBOOKS } from "../../domain/messages/names.ts";
import {
  closeIncident,
  listIncidents,
  openIncident,
  previewPlaybook,
} from "../../services/incidents/playbooks.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentIncident, presentPlaybook } from "../presenters/playbooks.ts";
import { presentHeldOverride } from "../presenters/price.ts";

const playbook = z.object({ playbook: z.enum(PLAYBOOKS) });

const previewRoute = createRoute({
  method: "get",
  path: "/api/playbooks/{playbook}",
  tags: ["operate"],
  summary: "What a playbook would do now; nothing is changed",
  middleware: requireScope("read"),
  request: { params: playbook },
  responses: jsonReply(200, PlaybookPreview, "its override and what it concerns"),
});

const openRoute = createRoute({
  method: "post",
  path: "/api/playbooks/{playbook}",
  tags: ["operate"],
  summary: "Run a playbook: an override for all products, and the record of the incident",
  middleware: requireScope("approve"),
  request: { params: playbook, ...jsonBody(z.strictObject({ reason: z.string().trim().min(1).max(500) })) },
  responses: {
    ...jsonReply(201, Incident, "the incident"),
    ...jsonReply(
      202,
      HeldOverride,
      "it waits for a second person, as a held override; its release opens the incident",
    ),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/api/incidents",
  tags: ["operate"],
  summary: "Incidents, those that are open first",
  middleware: requireScope("read"),
  responses: jsonReply(200, z.object({ items: z.array(Incident) }), "the newest hundred"),
});

const closeRoute = createRoute({
  method: "post",
  path: "/api/incidents/{id}/close",
  tags: ["operate"],
  summary: "Close an incident: its override ends, and prices are decided as before",
  middleware: requireScope("approve"),
  request: {
    params: z.object({ id: z.string() }),
    ...jsonBody(z.strictObject({ postMortem: z.string().trim().min(1).max(10_000).optional() })),
  },
  responses: jsonReply(200, Incident, "the incident, closed"),
});

export const playbookRoutes = newRouter()
  .openapi(previewRoute, async (c) =>
    c.json(presentPlaybook(await previewPlaybook(requestContext(c), c.req.valid("param").playbook)), 200),
  )
  .openapi(openRoute, async (c) => {
    const { reason } = c.req.valid("json");
    const answer = await openIncident(requestContext(c), c.req.valid("param").playbook, reason);
    if ("held" in answer) return c.json(presentHeldOverride(answer.held), 202);
    drainSoon(c);
    return c.json(presentIncident(answer.done), 201);
  })
  .openapi(listRoute, async (c) =>
    c.json({ items: (await listIncidents(requestContext(c))).map(presentIncident) }, 200),
  )
  .openapi(closeRoute, async (c) => {
    const { postMortem } = c.req.valid("json");
    const closed = await closeIncident(requestContext(c), c.req.valid("param").id, postMortem ?? null);
    drainSoon(c);
    return c.json(presentIncident(closed), 200);
  });
