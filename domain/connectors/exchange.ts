import type { z } from "zod";
import { SECOND_MS } from "../base/time.ts";

/** What is sent to a store; `path` begins behind the store's address. */
interface StoreRequest {
  method: "GET" | "POST";
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

export interface StoreReply {
  status: number;
  header(name: string): string | null;
  text: string;
}

/** What a store said of its rate: units left now, the most there can be, and how many come back a second. */
export interface RateTold {
  available: number;
  max: number;
  restorePerSecond: number;
}

/** One request to a store and how its reply is read. `cost`: units of the store's rate that it takes. */
export interface Exchange<T> {
  request: StoreRequest;
  cost: number;
  /** @throws StoreFault */
  read(reply: StoreReply): T;
  /** the request for what the reply left out; null = that was all */
  next?(reply: StoreReply): Exchange<T> | null;
}

/**
 * Why a request came to nothing. `throttled`: the store did nothing and says when to come back. `passing`: nobody knows
 * whether the store did it; it may go well later. `refused`: the store did nothing, and will not do it however often it is
 * asked. `denied`: it does not let us in, which concerns no price in particular.
 */
type FaultKind = "throttled" | "passing" | "refused" | "denied";

export class StoreFault extends Error {
  readonly kind: FaultKind;
  readonly retryAfterMs: number | null;

  constructor(kind: FaultKind, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.name = "StoreFault";
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Waited after a 429 that does not say how long. */
const THROTTLED_MS = 2 * SECOND_MS;
const SHOWN_CHARACTERS = 200;

/**
 * The wait that a Retry-After header asks for, in ms: seconds, or a date. A header that cannot be read counts as none.
 *
 * @example
 * retryAfterMs("3", 0) // 3000
 */
function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (header.trim() !== "" && Number.isFinite(seconds)) return Math.max(0, seconds * SECOND_MS);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** @throws StoreFault unless the status is one of success */
export function assertSuccess(reply: StoreReply): void {
  const { status } = reply;
  if (status >= 200 && status < 300) return;
  const said = `the store answered ${status}: ${excerpt(reply.text)}`;
  if (status === 429) {
    const date = Date.parse(reply.header("date") ?? "");
    const wait = retryAfterMs(reply.header("retry-after"), Number.isNaN(date) ? 0 : date);
    throw new StoreFault("throttled", said, wait ?? THROTTLED_MS);
  }
  if (status >= 500 || status === 408)
    throw new StoreFault("passing", said, retryAfterMs(reply.header("retry-after"), 0));
  if (status === 401 || status === 403)
    throw new StoreFault("denied", `the store does not accept the credentials (${status})`);
  throw new StoreFault("refused", said);
}

/** The JSON of a reply. What is none, or has another form, counts as a passing fault: a store in maintenance answers pages. */
export function readJson<T extends z.ZodType>(reply: StoreReply, schema: T): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(reply.text);
  } catch {
    throw new StoreFault("passing", `the store did not answer JSON: ${excerpt(reply.text)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join(".") ?? "";
  throw new StoreFault("passing", `the store's answer has another form at ${place}: ${issue?.message}`);
}

function excerpt(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, SHOWN_CHARACTERS);
}

/**
 * Parameters behind a path.
 *
 * @example
 * withQuery("/orders", { page: 2, order: "a b" }) // "/orders?page=2&order=a%20b"
 */
export function withQuery(path: string, parameters: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(parameters).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return `${path}?${pairs.join("&")}`;
}

/** `items` in slices of at most `size`. */
export function slicesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
