import { ApiError, errorOfResponse } from "./errors.ts";

interface CallOptions {
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Calls the API with the session's cookie and returns the parsed answer (undefined for 204).
 * @throws ApiError whenever the answer is not a success, or none came.
 */
export async function call<T>(method: string, url: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, url, options);
  const text = await response.text();
  const parsed = parseJson(text);
  if (!response.ok) throw errorOfResponse(response.status, parsed, response.headers.get("Retry-After"));
  if (parsed === undefined && response.status !== 204) {
    throw new ApiError(response.status, "bad_answer", "The server's answer is not JSON.");
  }
  return parsed as T;
}

async function send(method: string, url: string, { body, signal }: CallOptions): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin", headers: { Accept: "application/json" } };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { Accept: "application/json", "Content-Type": "application/json" };
  }
  try {
    return await fetch(url, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "network", "The server did not answer.");
  }
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** GET, cancelled by the query's own signal. */
export function read<T>(url: string, signal?: AbortSignal): Promise<T> {
  return call<T>("GET", url, signal ? { signal } : {});
}
