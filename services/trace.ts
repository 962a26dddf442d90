import { nextSpan, readTraceparent, type Trace } from "../domain/base/trace.ts";

const RANDOM_BYTES = 24;

/** The next step of the trace that a `traceparent` names, or the first of a new one. */
export function nextStep(traceparent: string | null | undefined): Trace {
  return nextSpan(readTraceparent(traceparent), crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
}
