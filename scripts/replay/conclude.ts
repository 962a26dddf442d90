import type { Api } from "../client/api.ts";
import { type Run, readAll, startRun, waitForRun } from "../client/runs.ts";

const RUN_PATIENCE_MS = 600_000;

interface Elasticity {
  sku: string;
  mean: number;
  identified: boolean;
}

interface ProposalDetail {
  id: string;
  explanation?: {
    sentence?: string;
    inputs?: unknown[];
    candidates?: unknown[];
    guardrails?: unknown[];
    binding?: unknown[];
  };
}

/** What elasticity and proposals made of the replayed data. */
export interface Conclusion {
  elasticity: Pick<Run, "status" | "counts"> & { skus: number; identified: number; positive: number };
  proposals: Pick<Run, "status" | "counts"> & { pending: number; explained: number };
}

/** Whether an explanation says what went in, what was weighed and what limited the choice. */
function isComplete({ explanation }: ProposalDetail): boolean {
  if (!explanation) return false;
  const { sentence, inputs, candidates, guardrails, binding } = explanation;
  const told = typeof sentence === "string" && sentence.length > 0;
  return (
    told && !!inputs?.length && !!candidates?.length && Array.isArray(guardrails) && Array.isArray(binding)
  );
}

/** Runs elasticity, then proposals, and reads what came of them. @throws Error if a run fails. */
export async function conclude(api: Api): Promise<Conclusion> {
  const elasticityRun = await finish(api, "elasticity");
  const elasticities = await readAll<Elasticity>(api, "/api/elasticities");
  const proposalsRun = await finish(api, "proposals");
  const pending = await readAll<{ id: string }>(api, "/api/proposals?status=pending");
  let explained = 0;
  for (const { id } of pending) {
    const detail = await api.get<ProposalDetail>(`/api/proposals/${encodeURIComponent(id)}`);
    if (isComplete(detail)) explained++;
  }
  return {
    elasticity: {
      status: elasticityRun.status,
      counts: elasticityRun.counts,
      skus: elasticities.length,
      identified: elasticities.filter(({ identified }) => identified).length,
      positive: elasticities.filter(({ mean }) => mean > 0).length,
    },
    proposals: {
      status: proposalsRun.status,
      counts: proposalsRun.counts,
      pending: pending.length,
      explained,
    },
  };
}

async function finish(api: Api, kind: "elasticity" | "proposals"): Promise<Run> {
  const run = await waitForRun(api, await startRun(api, kind), RUN_PATIENCE_MS);
  if (run.status === "failed") throw new Error(`the ${kind} run ${run.id} failed`);
  return run;
}
