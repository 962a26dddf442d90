import { MINUTE_MS } from "../../domain/base/time.ts";

/** A client of the public API that keeps trying while the server is away: connection refused, 429 and 5xx. */
export interface Api {
  get<T>(path: string): Promise<T>;
  /** Posts JSON, or text with its own content type. */
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
}

export interface ApiOptions {
  url: string;
  /** API key; without it only public paths and signed webhooks answer */
  key?: string;
  /** ms for which an absent or overloaded server is waited for; default 10 min */
  patience?: number;
  /** called once per wait, with the reason */
  onWait?: (reason: string) => void;
  signal?: AbortSignal;
}

/** An answer that trying again will not better. `code` is the problem's stable code. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(method: string, path: string, status: number, body: string) {
    const problem = readProblem(body);
    const explained = problem.detail ?? problem.title ?? body.slice(0, 300);
    super(`${method} ${path} answered ${status}${problem.code ? ` ${problem.code}` : ""}: ${explained}`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? "";
  }
}

function readProblem(body: string): { code?: string; title?: string; detail?: string } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const ANSWER_TIMEOUT_MS = MINUTE_MS;
const SERVER_ERROR_TRIES = 6;
const DEFAULT_PATIENCE_MS = 600_000;

/** Waits `ms`, or less if the signal aborts; then it throws the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** How long an answer asks to be left alone, ms; `fallback` if it does not say. */
export function retryAfter(header: string | null, fallback: number): number {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : fallback;
}

type Answer =
  | { again: false; text: string }
  | { again: true; reason: string; wait: number; serverError: boolean };

async function ask(
  options: ApiOptions,
  method: string,
  path: string,
  init: RequestInit,
  wait: number,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let response: Response;
  let text: string;
  try {
    response = await fetch(options.url + path, { ...init, signal });
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    return { again: true, reason: reasonOf(error), wait, serverError: false };
  }
  if (response.ok) return { again: false, text };
  if (response.status === 429 || response.status === 503) {
    const asked = retryAfter(response.headers.get("retry-after"), wait);
    return { again: true, reason: `answered ${response.status}`, wait: asked, serverError: false };
  }
  const failure = new ApiError(method, path, response.status, text);
  if (response.status < 500) throw failure;
  return { again: true, reason: failure.message, wait, serverError: true };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && cause.message ? cause.message : error.message;
}

/** Makes a client. Every call resolves with the parsed JSON of a 2xx answer, or throws `ApiError`. */
export function createApi(options: ApiOptions): Api {
  const patience = options.patience ?? DEFAULT_PATIENCE_MS;

  async function call<T>(method: string, path: string, init: RequestInit): Promise<T> {
    const until = Date.now() + patience;
    let wait = FIRST_WAIT_MS;
    let serverErrors = 0;
    for (;;) {
      const answer = await ask(options, method, path, init, wait);
      if (!answer.again) return (answer.text === "" ? null : JSON.parse(answer.text)) as T;
      if (answer.serverError) serverErrors++;
      if (serverErrors >= SERVER_ERROR_TRIES || Date.now() + answer.wait > until) {
        throw new Error(`gave up on ${method} ${path}: ${answer.reason}`);
      }
      options.onWait?.(answer.reason);
      await pause(answer.wait, options.signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  const authorization: Record<string, string> = options.key ? { authorization: `Bearer ${options.key}` } : {};
  return {
    get: (path) => call("GET", path, { headers: authorization }),
    post: (path, body, headers = {}) => {
      const text = typeof body === "string";
      const type: Record<string, string> = text ? {} : { "content-type": "application/json" };
      const payload = body === undefined ? "{}" : text ? body : JSON.stringify(body);
      return call("POST", path, {
        method: "POST",
        headers: { ...authorization, ...type, ...headers },
        body: payload,
      });
    },
  };
}
