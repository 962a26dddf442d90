import type { ModelState } from "../../db/schema.ts";
import type { ModelRecord } from "./model-of-run.ts";

/** Earlier states of a version that are kept, so that it can be gone back to before its last refreshes. */
const STATES_MAX = 7;

/** What a version has learned by now. */
export function stateOf(model: ModelRecord): ModelState {
  const { runId, asOf, dataHash, configHash, trainedFrom, trainedTo, metrics } = model;
  const at = model.refreshedAt ?? model.decidedAt ?? model.createdAt;
  return { ...{ runId, asOf, dataHash, configHash, trainedFrom, trainedTo, metrics }, at };
}

/** The states that a version can be gone back to once another run's is in force, newest first. */
export function statesAfter(model: ModelRecord, runId: string): ModelState[] {
  return [stateOf(model), ...model.refreshes].filter((state) => state.runId !== runId).slice(0, STATES_MAX);
}
