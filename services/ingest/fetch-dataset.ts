import type { Env } from "../../db/env.ts";
import { type Trace, traceparent } from "../../domain/base/trace.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { limitedText } from "../limited-text.ts";

/** Apify's own address; another one can be configured. */
const APIFY = "https://api.apify.com";
const FETCH_TIMEOUT_MS = 20_000;
/** Items of one run that are taken, and the bytes that they may have. */
const ITEMS_MAX = 10_000;
const BYTES_MAX = 10_000_000;

/**
 * The items of an Apify dataset, which the default payload of a finished run only names. Needs `APIFY_TOKEN`.
 * @throws ProblemError `invalid` without a token; `unavailable` if Apify does not answer with a list
 */
export async function fetchDataset(
  env: Pick<Env, "APIFY_TOKEN" | "APIFY_URL">,
  id: string,
  trace: Trace,
): Promise<unknown[]> {
  if (!env.APIFY_TOKEN)
    throw new ProblemError(
      "invalid",
      "the body only names a dataset: configure APIFY_TOKEN, or put the items into the webhook's payload template",
    );
  const query = new URLSearchParams({ clean: "true", format: "json", limit: String(ITEMS_MAX) });
  const address = `${env.APIFY_URL ?? APIFY}/v2/datasets/${encodeURIComponent(id)}/items?${query}`;
  try {
    const answer = await fetch(address, {
      headers: { authorization: `Bearer ${env.APIFY_TOKEN}`, traceparent: traceparent(trace) },
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      redirect: "error",
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const text = await limitedText(answer, BYTES_MAX);
    if (text === null) throw new Error(`more than ${BYTES_MAX} bytes`);
    const items: unknown = JSON.parse(text);
    if (!Array.isArray(items)) throw new Error("the answer is not a list");
    return items;
  } catch (error) {
    console.warn({
      event: "apify.dataset_failed",
      dataset: id,
      traceId: trace.traceId,
      error: String(error),
    });
    throw new ProblemError("unavailable", "the dataset could not be fetched; send it again", {
      retryAfter: 30,
    });
  }
}
