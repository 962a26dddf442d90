import { SECOND_MS } from "../../domain/base/time.ts";
import type { WatchOutcome } from "../../domain/messages/names.ts";
import { limitedText } from "../limited-text.ts";
import { addressProblem } from "../outgoing/address.ts";

const TIMEOUT_MS = 10 * SECOND_MS;
const PAGE_BYTES_MAX = 5_000_000;
const REDIRECTS_MAX = 5;

/** What fetching needs beside an address. */
export interface FetchOptions {
  /** how the fetcher names itself */
  agent: string;
  /** whether this machine itself may be asked: for development and tests */
  allowLoopback: boolean;
  /** what the page was last known by */
  etag?: string | null;
  lastModified?: string | null;
  /** bytes from which on the answer is given up */
  bytesMax?: number;
}

/** What a host answered. `body` only where the outcome is `read`. */
export interface Fetched {
  outcome: WatchOutcome;
  detail: string;
  body: string;
  /** after redirects */
  url: string;
  etag: string | null;
  lastModified: string | null;
  /** seconds */
  retryAfter: number | null;
}

/**
 * Fetches a page as a polite visitor: named, conditional, with a limit of time and size. Each redirect is looked at
 * before it is followed, so that no page leads to an address that only the install can reach. Never throws.
 */
export async function fetchPage(url: string, options: FetchOptions): Promise<Fetched> {
  let at = url;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const problem = addressProblem(at, options.allowLoopback, { plainHttp: true });
    if (problem !== null) return failed("not_public", problem, at);
    const answer = await ask(at, options);
    if (!(answer instanceof Response)) return answer;
    const next = redirectOf(answer, at);
    if (next === null) return readAnswer(answer, at, options.bytesMax ?? PAGE_BYTES_MAX);
    await answer.body?.cancel();
    at = next;
  }
  return failed("too_many_redirects", `more than ${REDIRECTS_MAX} redirects`, at);
}

function failed(outcome: WatchOutcome, detail: string, url: string): Fetched {
  return { outcome, detail, body: "", url, etag: null, lastModified: null, retryAfter: null };
}

async function ask(url: string, { agent, etag, lastModified }: FetchOptions): Promise<Response | Fetched> {
  try {
    return await fetch(url, {
      headers: {
        "user-agent": agent,
        accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
        ...(etag && { "if-none-match": etag }),
        ...(lastModified && { "if-modified-since": lastModified }),
      },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    return failed(isTimeout ? "timeout" : "unreachable", String(error).slice(0, 200), url);
  }
}

function redirectOf(answer: Response, at: string): string | null {
  const location = answer.headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
  return isRedirect && location !== null && URL.canParse(location, at) ? new URL(location, at).href : null;
}

const OUTCOME_OF_STATUS: Record<number, WatchOutcome> = {
  304: "unchanged",
  401: "refused",
  403: "refused",
  404: "not_found",
  410: "not_found",
  429: "busy",
  451: "refused",
  503: "busy",
};

async function readAnswer(answer: Response, url: string, bytesMax: number): Promise<Fetched> {
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const facts = {
    url,
    etag: answer.headers.get("etag"),
    lastModified: answer.headers.get("last-modified"),
    retryAfter: Number.isFinite(seconds) ? seconds : null,
  };
  if (!answer.ok) {
    await answer.body?.cancel();
    const outcome = OUTCOME_OF_STATUS[answer.status] ?? (answer.status >= 500 ? "server_error" : "refused");
    return { ...failed(outcome, `the host answered ${answer.status}`, url), ...facts };
  }
  const type = answer.headers.get("content-type") ?? "text/html";
  if (!/^(text\/|application\/xhtml)/i.test(type)) {
    await answer.body?.cancel();
    return { ...failed("not_a_page", `the host answered ${type.slice(0, 80)}`, url), ...facts };
  }
  try {
    const body = await limitedText(answer, bytesMax);
    if (body === null) return failed("too_large", `more than ${bytesMax} bytes`, url);
    return { outcome: "read", detail: "", body, ...facts };
  } catch (error) {
    return failed("unreachable", String(error).slice(0, 200), url);
  }
}
