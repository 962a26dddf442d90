import type { z } from "@hono/zod-openapi";
import type { Run } from "../../domain/contract/decision-shapes.ts";
import { iso } from "../../domain/contract/page.ts";
import type { RunReport } from "../../services/runs/report-run.ts";
import { given } from "./given.ts";

export function presentRun({ run, phase, shards }: RunReport): z.infer<typeof Run> {
  return {
    id: run.id,
    kind: run.kind,
    status: run.status,
    phase,
    shards,
    counts: run.counts,
    failures: run.failures,
    asOf: iso(run.asOf),
    dryRun: run.dryRun,
    actor: run.actor,
    createdAt: iso(run.createdAt),
    ...given({
      startedAt: run.startedAt === null ? null : iso(run.startedAt),
      finishedAt: run.finishedAt === null ? null : iso(run.finishedAt),
      decisionHash: run.decisionHash,
    }),
  };
}
