import type { z } from "@hono/zod-openapi";
import { iso } from "../../domain/contract/answers.ts";
import type { Model } from "../../domain/contract/models.ts";
import type { ModelMetrics } from "../../services/models/learned-by.ts";
import type { ModelRecord } from "../../services/models/model-of-run.ts";
import { given } from "./given.ts";

export function presentModel(row: ModelRecord): z.infer<typeof Model> {
  const { products, identified, fit, activeFit, failures, measured } = row.metrics as ModelMetrics;
  const { id, kind, version, status, runId, codeVersion, configHash, dataHash, trigger, createdBy } = row;
  return {
    ...{ id, kind, version, status, codeVersion, configHash, dataHash, trigger, createdBy },
    ...{ products, identified, fit, activeFit, failures, createdAt: iso(row.createdAt) },
    metrics: measured ?? given({ products, identified, ...fit }),
    states: row.refreshes.map(({ runId: run, dataHash: hash, trainedTo, at }) => ({
      ...{ runId: run, dataHash: hash, at: iso(at) },
      ...given({ trainedTo }),
    })),
    ...given({
      trainedFrom: row.trainedFrom,
      trainedTo: row.trainedTo,
      trainedOn: row.trainedOn,
      runId: runId === "" ? null : runId,
      reason: row.reason,
      refreshedAt: row.refreshedAt === null ? null : iso(row.refreshedAt),
      expiresAt: row.expiresAt === null || status !== "candidate" ? null : iso(row.expiresAt),
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt === null ? null : iso(row.decidedAt),
      note: row.note,
    }),
  };
}
