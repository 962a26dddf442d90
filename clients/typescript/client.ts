import createFetchClient from "openapi-fetch";
import type { paths } from "./api.ts";

export interface ClientOptions {
  /** where the install answers, e.g. `https://prices.example` */
  url: string;
  /** an API key; its scopes say what may be called */
  key?: string;
  /** how often a call is tried again while the install is away or too busy; default 6 */
  retries?: number;
  fetch?: typeof fetch;
  /** waits; for tests */
  sleep?: (ms: number) => Promise<void>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Not carried out: trying again does no harm, whatever was asked. */
const NOT_DONE = new Set([429, 503]);
/** Perhaps carried out. */
const UNCERTAIN = new Set([500, 502, 504]);

/** Whether asking twice has the effect of asking once: reading, replacing, and posting a batch under an id. */
function isRepeatable({ method, url }: Request): boolean {
  return method !== "POST" || /\/api\/(ingest|hooks|extract|match)\b/.test(new URL(url).pathname);
}

function waitFor(answer: Response | null, attempt: number): number {
  const asked = Number(answer?.headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(asked)) return Math.min(asked * 1000, LONGEST_WAIT_MS);
  const longest = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
  return longest * (0.5 + Math.random() / 2);
}

/**
 * A `fetch` that tries again: on 429 and 503 whatever was asked, on a broken connection or another error of the server
 * only where asking twice does no harm. `Retry-After` is honoured; else the waits grow.
 */
export function retryingFetch(options: Pick<ClientOptions, "retries" | "fetch" | "sleep">): typeof fetch {
  const { retries = 6, fetch: send = fetch } = options;
  const sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  return async (input, init) => {
    const request = new Request(input, init);
    for (let attempt = 0; ; attempt++) {
      let answer: Response | null = null;
      try {
        answer = await send(request.clone());
      } catch (error) {
        if (attempt >= retries || !isRepeatable(request)) throw error;
      }
      const isOver =
        answer !== null &&
        !NOT_DONE.has(answer.status) &&
        !(UNCERTAIN.has(answer.status) && isRepeatable(request));
      if (answer !== null && (isOver || attempt >= retries)) return answer;
      await sleep(waitFor(answer, attempt));
    }
  };
}

/**
 * The API with its types: `client.GET("/api/price/{sku}", { params: { path: { sku: "A" } } })` answers
 * `{ data, error, response }`.
 */
export function createClient({ url, key, ...rest }: ClientOptions) {
  return createFetchClient<paths>({
    baseUrl: url,
    fetch: retryingFetch(rest),
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
}
