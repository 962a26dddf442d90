import type { z } from "@hono/zod-openapi";
import { iso } from "../../domain/contract/answers.ts";
import type { Incident, PlaybookPreview } from "../../domain/contract/playbooks.ts";
import type { IncidentRecord, previewPlaybook } from "../../services/incidents/playbooks.ts";
import { given } from "./given.ts";

export function presentPlaybook({
  expiresAt,
  ...preview
}: Awaited<ReturnType<typeof previewPlaybook>>): z.infer<typeof PlaybookPreview> {
  return { ...preview, expiresAt: iso(expiresAt) };
}

export function presentIncident(row: IncidentRecord): z.infer<typeof Incident> {
  const { id, playbook, reason, overrideId, openedBy } = row;
  return {
    ...{ id, playbook, reason, overrideId, openedBy, openedAt: iso(row.openedAt) },
    ...given({
      postMortem: row.postMortem,
      closedBy: row.closedBy,
      closedAt: row.closedAt === null ? null : iso(row.closedAt),
    }),
  };
}
