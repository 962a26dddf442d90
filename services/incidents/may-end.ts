import { and, eq, isNull } from "drizzle-orm";
import { incidents } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";

/** @throws ProblemError conflict if the override belongs to an incident whose post-mortem is not written */
export async function assertMayEnd({ db }: Pick<ServiceContext, "db">, overrideId: string): Promise<void> {
  const open = await db
    .select({ id: incidents.id, playbook: incidents.playbook })
    .from(incidents)
    .where(and(eq(incidents.overrideId, overrideId), isNull(incidents.closedAt)));
  const severe = open.find(({ playbook }) => playbook === "severe_impact");
  if (severe)
    throw new ProblemError("conflict", "close the incident with its post-mortem: the override ends with it", {
      extra: { incident: { id: severe.id } },
    });
}
