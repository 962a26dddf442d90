import { hc } from "hono/client";
import type { AppType } from "../../../worker/app.ts";
import { ApiError, errorOfResponse } from "./errors.ts";

/**
 * Every route of the API, with the types that the Worker declares for it. A parameter of a path has to be encoded
 * (`inPath`): the client puts it into the address as it is.
 */
export const api = hc<AppType>("/", { fetch: send }).api;

/** A value of a path parameter, for SKUs such as `A/1`. */
export const inPath = encodeURIComponent;

async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    throw new ApiError(0, "network", "The server did not answer.");
  }
}

interface Sent extends Pick<Response, "ok" | "headers"> {
  status: number;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** What a successful answer holds: a route may also declare the problems that it answers with. */
type Success<R> = R extends { status: 200 | 201 | 202; json(): Promise<infer T> } ? T : never;

/**
 * The answer to a call (undefined for 204).
 * @throws ApiError if the answer is not a success, or if none came
 */
export async function answer<R extends Sent>(call: Promise<R>): Promise<Success<R>> {
  const response = await call;
  const parsed = parseJson(await response.text());
  if (!response.ok) throw errorOfResponse(response.status, parsed, response.headers.get("Retry-After"));
  if (parsed === undefined && response.status !== 204) {
    throw new ApiError(response.status, "bad_answer", "The server's answer is not JSON.");
  }
  return parsed as Success<R>;
}

/** The answer, or null where the API knows nothing of that address (404). */
export async function answerOrNull<R extends Sent>(call: Promise<R>): Promise<Success<R> | null> {
  try {
    return await answer(call);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
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
