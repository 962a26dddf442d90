/** Deliveries of a message before it is parked: the first and the retries that the queues are configured with. */
const ATTEMPTS_MAX = 6;

/** What the database refuses it refuses again: a few tries are enough to rule out a passing fault. */
const REFUSED_ATTEMPTS_MAX = 3;

const RETRY_SECONDS_MAX = 60;

/** What is to happen with a message whose processing failed. */
export type FailureDecision =
  | { outcome: "retry"; delaySeconds: number }
  | { outcome: "park"; reason: string };

/** transient: try all of it again · refused: the content is the cause · unknown: try each message alone, every time */
export type FailureKind = "transient" | "refused" | "unknown";

const REFUSED = /constraint|datatype mismatch|malformed json|too big/i;
const TRANSIENT =
  /network connection lost|connection (was )?(closed|reset)|object to be reset|code (was|has been) updated|overloaded|timed? ?out|internal error|too many (api )?requests|busy|unable to open database/i;

/** Whether the same work may succeed if it is tried again. */
export function failureKind(error: unknown): FailureKind {
  if (isMarkedTransient(error)) return "transient";
  const message = failureMessage(error);
  if (REFUSED.test(message)) return "refused";
  return TRANSIENT.test(message) ? "transient" : "unknown";
}

/** Retry with doubling delay, or park: `attempts` counts deliveries so far, this one included. */
export function afterFailure(attempts: number, error: unknown): FailureDecision {
  const limit = failureKind(error) === "refused" ? REFUSED_ATTEMPTS_MAX : ATTEMPTS_MAX;
  if (attempts >= limit) return { outcome: "park", reason: failureMessage(error) };
  return { outcome: "retry", delaySeconds: Math.min(2 ** (attempts - 1), RETRY_SECONDS_MAX) };
}

/** One line for people, short enough to store. */
export function failureMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, " ").slice(0, 500);
}

/** The runtime marks the errors of calls that may be repeated and of objects that are overloaded. */
function isMarkedTransient(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return (
    ("retryable" in error && error.retryable === true) || ("overloaded" in error && error.overloaded === true)
  );
}
