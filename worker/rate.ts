import type { Env } from "../db/env.ts";
import { ProblemError } from "../domain/contract/problem.ts";
import { inboxOf } from "../durable/stubs.ts";
import { assertRate } from "../services/ingest/known-sources.ts";
import type { Source } from "../services/ingest/sources.ts";
import { storing } from "./accept.ts";

/**
 * Counts one request of a source against its rate. What this isolate knows is asked first; a source with a limit of its
 * own is counted in one place too, so that its limit holds however many isolates it reaches.
 *
 * @throws ProblemError `rate_limited` with the seconds to wait, `unavailable` if nobody can tell
 */
export async function assertRateEverywhere(
  env: Pick<Env, "INBOX">,
  source: Source,
  batchId: string | undefined,
  now: number,
): Promise<void> {
  assertRate(source, now);
  if (source.rateLimit === null) return;
  const counted = inboxOf(env, source.id).takeTurn(source.id, source.rateLimit);
  const retryAfter = await storing(counted, { source: source.id, batchId });
  if (retryAfter !== null)
    throw new ProblemError("rate_limited", `source ${source.id} is over its rate`, { retryAfter });
}
