/** A place in a distributed trace: W3C Trace Context, level 1. */
export interface Trace {
  /** 32 hex digits, the same for everything that one request has caused */
  traceId: string;
  /** 16 hex digits, of the one step */
  spanId: string;
  /** two hex digits; the lowest bit: the trace is recorded */
  flags: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NOTHING = /^0+$/;

/**
 * The trace that a `traceparent` header names; null if it names none. A later version may have more fields, which are left
 * out; version ff and ids of zeros are never valid.
 *
 * @example
 * readTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")?.spanId // "00f067aa0ba902b7"
 */
export function readTraceparent(header: string | null | undefined): Trace | null {
  const [, version, traceId = "", spanId = "", flags = "", more] =
    TRACEPARENT.exec(header?.trim() ?? "") ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) return null;
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return null;
  return { traceId, spanId, flags };
}

/** The header that names a trace. */
export function traceparent({ traceId, spanId, flags }: Trace): string {
  return `00-${traceId}-${spanId}-${flags}`;
}

/** The next step of a trace, or the first of a new one. `random`: 24 random bytes. */
export function nextSpan(before: Trace | null, random: Uint8Array): Trace {
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const spanId = hex.slice(0, 16);
  return before === null ? { traceId: hex.slice(16, 48), spanId, flags: "01" } : { ...before, spanId };
}
