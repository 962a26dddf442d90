import type { ProposalRecord } from "../../db/reads/proposals.ts";
import { findJson, type Lake, resultKey } from "../runs/run-record.ts";
import { EXPLAINED, type Explanations, proposalId } from "../runs/save-proposals.ts";

/** A proposal with what is said of it. */
export interface ExplainedProposal extends ProposalRecord {
  explanation: StoredExplanation;
}

/** An explanation as it is kept; one that is no longer kept has a reason of its own. */
type StoredExplanation = Omit<Explanations[string], "reason"> & { reason: string };

/** What is said of a proposal whose explanation is no longer kept. */
const NOT_KEPT: StoredExplanation = {
  sentence: "The explanation is no longer kept.",
  ...{ inputs: [], candidates: [], guardrails: [], binding: [], shadow: [], relaxations: [] },
  ...{ unlimited: null, reason: "not_kept", pGain: 0 },
};

/** The proposal with its explanation, which its row has only where a person chose another price. */
export async function withExplanation({ lake }: Lake, proposal: ProposalRecord): Promise<ExplainedProposal> {
  const { runId, shard } = proposal;
  const stored = proposal.explanation as StoredExplanation | null;
  if (stored !== null) return { ...proposal, explanation: stored };
  const kept =
    runId === null || shard === null
      ? null
      : await findJson<Explanations>(lake, resultKey(runId, EXPLAINED, shard));
  return { ...proposal, explanation: (kept && explanationOf(kept, proposal)) ?? NOT_KEPT };
}

/** Runs keep explanations by the SKU of that time; a proposal's id says which it was. */
function explanationOf(
  kept: Explanations,
  { id, runId, sku }: ProposalRecord,
): StoredExplanation | undefined {
  const isIts = (name: string) => runId !== null && proposalId(runId, name) === id;
  return (kept[sku] ?? kept[Object.keys(kept).find(isIts) ?? ""]) as StoredExplanation | undefined;
}
