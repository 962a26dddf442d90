import { createMiddleware } from "hono/factory";
import { parseJson, readBytes } from "../body.ts";
import type { AppEnv } from "../context.ts";

/** Room for the longest command, a run over 100,000 named SKUs. */
const COMMAND_BYTES_MAX = 8_000_000;

const JSON_TYPE = /^application\/([a-z-.]+\+)?json\b/i;
/** These read their bodies themselves, as bytes that are signed, hashed or larger. */
const READ_ELSEWHERE = /^\/api\/(ingest|hooks|import)\//;

/**
 * A command's body is read no further than it may be long, and is UTF-8 and JSON of a sane depth: a parser on its own
 * would take any length, and put other characters where bytes are wrong.
 */
export const commandBody = createMiddleware<AppEnv>(async (c, next) => {
  const { raw } = c.req;
  const isCommand = raw.body !== null && JSON_TYPE.test(raw.headers.get("content-type") ?? "");
  if (isCommand && !READ_ELSEWHERE.test(c.req.path)) {
    const bytes = await readBytes(raw, COMMAND_BYTES_MAX);
    if (bytes.length > 0) parseJson(bytes);
    c.req.raw = new Request(raw, { body: bytes.length > 0 ? bytes : null });
  }
  await next();
});

/** Some clients name a content type though they send no body: without one there is nothing to parse. */
export const emptyBodyIsNone = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.raw.body === null && c.req.header("content-type") !== undefined) {
    const headers = new Headers(c.req.raw.headers);
    headers.delete("content-type");
    c.req.raw = new Request(c.req.raw, { headers });
  }
  await next();
});
