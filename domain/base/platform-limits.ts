/**
 * What Cloudflare allows on the paid plan, each limit once. Read on 2026-11-29 in the pages named; the local runtime
 * enforces only some of them, so `db/limits/` enforces all where ENFORCE_LIMITS is on.
 */
export const PLATFORM_LIMITS = {
  /** bytes of one bound value, of a text or blob, and of a row (developers.cloudflare.com/d1/platform/limits) */
  d1ValueBytes: 2_000_000,
  /** parameters of a statement (same page) */
  d1Parameters: 100,
  /** bytes of a statement's text (same page: 100 KB) */
  d1StatementBytes: 100_000,
  /** bytes of a pattern of LIKE or GLOB (same page) */
  d1PatternBytes: 50,
  /** queries of one invocation, those of a batch one by one (same page; it does not say how a batch counts) */
  d1Queries: 1_000,
  /**
   * calls of one invocation to D1, the bucket, queues and objects (developers.cloudflare.com/workers/platform/limits;
   * `limits.subrequests` of wrangler.toml asks for as many)
   */
  subrequests: 10_000,
  /** bytes of a message (developers.cloudflare.com/queues/platform/limits: 128 KB of 1,000 bytes) */
  queueMessageBytes: 128_000,
  /** bytes and messages of one send (same page: 256 KB, 100 messages) */
  queueSendBytes: 256_000,
  queueSendMessages: 100,
  /** retries and delay of a message, and how long an unread one is kept at most (same page) */
  queueRetries: 100,
  queueDelaySeconds: 43_200,
  queueRetentionSeconds: 1_209_600,
  /** bytes of a value or row of an object's storage (developers.cloudflare.com/durable-objects/platform/limits: 2 MB) */
  objectValueBytes: 2_000_000,
  /** bytes of the arguments or the answer of a call to an object (same page: 32 MiB) */
  objectCallBytes: 33_554_432,
  /** bytes of memory of an isolate, which objects of a class may share (developers.cloudflare.com/workers/platform/limits) */
  isolateBytes: 134_217_728,
} as const;

export type PlatformLimit = keyof typeof PLATFORM_LIMITS;

/** What the platform says where a limit is passed, as far as it is known: what is done about a failure goes by its text. */
const SAID: Partial<Record<PlatformLimit, string>> = {
  d1ValueBytes: "D1_ERROR: string or blob too big: SQLITE_TOOBIG",
  d1Parameters: "D1_ERROR: too many SQL variables: SQLITE_ERROR",
  d1StatementBytes: "D1_ERROR: statement too long: SQLITE_TOOBIG",
  d1PatternBytes: "D1_ERROR: LIKE or GLOB pattern too complex: SQLITE_ERROR",
  d1Queries: "Too many API requests by single worker invocation.",
  subrequests: "Too many API requests by single worker invocation.",
  objectValueBytes: "string or blob too big: SQLITE_TOOBIG",
};

/** A limit of the platform would have been passed in production. */
class PlatformLimitError extends Error {
  readonly limit: PlatformLimit;

  constructor(limit: PlatformLimit, found: number, most: number) {
    super(`${SAID[limit] ?? "limit of the platform"} (${limit}: ${found}, at most ${most})`);
    this.name = "PlatformLimitError";
    this.limit = limit;
  }
}

/** @throws PlatformLimitError if more was found than the platform allows */
export function assertWithin(
  limit: PlatformLimit,
  found: number,
  most: number = PLATFORM_LIMITS[limit],
): void {
  if (found > most) throw new PlatformLimitError(limit, found, most);
}
