import { createMiddleware } from "hono/factory";
import { parseJson, readBytes } from "../body.ts";
import type { AppEnv } from "../context.ts";

/** Enough for the longest of commands: a run over 100,000 named SKUs, a page to read, listings to match. */
const LONG_COMMAND_BYTES_MAX = 8_000_000;
const LONG_COMMAND = /^\/api\/(runs|extract|match|prices)$/;
/** Enough for any other. */
const COMMAND_BYTES_MAX = 1_000_000;

const JSON_TYPE = /^application\/([a-z-.]+\+)?json\b/i;
/** These routes read their bodies themselves: bytes that are signed, hashed or larger. */
const READ_ELSEWHERE = /^\/api\/(ingest|hooks|import)\//;

/**
 * Limits a command's body in length and depth and requires UTF-8: the framework's own parser would take any length, and
 * put replacement characters in place of invalid bytes.
 */
export const commandBody = createMiddleware<AppEnv>(async (c, next) => {
  const { raw } = c.req;
  const isCommand = raw.body !== null && JSON_TYPE.test(raw.headers.get("content-type") ?? "");
  if (isCommand && !READ_ELSEWHERE.test(c.req.path)) {
    const bytes = await readBytes(
      raw,
      LONG_COMMAND.test(c.req.path) ? LONG_COMMAND_BYTES_MAX : COMMAND_BYTES_MAX,
    );
    if (bytes.length > 0) parseJson(bytes);
    c.req.raw = new Request(raw, { body: bytes.length > 0 ? bytes : null });
  }
  await next();
});

/** Some clients name a content type without sending a body; there is then nothing to parse. */
export const emptyBodyIsNone = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.raw.body === null && c.req.header("content-type") !== undefined) {
    const headers = new Headers(c.req.raw.headers);
    headers.delete("content-type");
    c.req.raw = new Request(c.req.raw, { headers });
  }
  await next();
});
