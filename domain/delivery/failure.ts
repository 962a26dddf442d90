import { HOUR_MS } from "../base/time.ts";

/** Deliveries after which a message is parked that fails by itself. */
const ATTEMPTS_MAX = 6;

/** What the database refuses it refuses again: a few tries are enough to rule out a passing fault. */
const REFUSED_ATTEMPTS_MAX = 3;

/**
 * The longest pause between two tries. With the doubling before it a day takes 83 deliveries, of the 100 that a queue
 * makes.
 */
const RETRY_SECONDS_MAX = 1_200;

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
export function failureKind(thrown: unknown): FailureKind {
  const error = rootOf(thrown);
  if (isMarkedTransient(thrown) || isMarkedTransient(error)) return "transient";
  const message = failureMessage(error);
  if (REFUSED.test(message)) return "refused";
  return TRANSIENT.test(message) ? "transient" : "unknown";
}

/** A message that failed. */
export interface FailedDelivery {
  /** deliveries so far, this one included */
  attempts: number;
  /** since it was accepted or sent, ms */
  ageMs: number;
  error: unknown;
  /** every other message that was delivered with it failed of the same: the message is not the cause */
  isShared?: boolean;
}

/**
 * Retry with doubling delay, or park. What passes by itself is tried again for `retryHours`; only what fails by itself is
 * parked after a few tries.
 */
export function afterFailure(
  { attempts, ageMs, error, isShared = false }: FailedDelivery,
  retryHours: number,
): FailureDecision {
  const kind = failureKind(error);
  const isPassing = kind === "transient" || (kind === "unknown" && isShared);
  const limit = kind === "refused" ? REFUSED_ATTEMPTS_MAX : ATTEMPTS_MAX;
  const isOver = isPassing ? ageMs >= retryHours * HOUR_MS : attempts >= limit;
  if (isOver) return { outcome: "park", reason: failureMessage(error) };
  return { outcome: "retry", delaySeconds: retrySeconds(attempts) };
}

/** Pause before the next delivery, s: 1, 2, 4 … 1,024, then always twenty minutes. */
export function retrySeconds(attempts: number): number {
  return Math.min(2 ** (attempts - 1), RETRY_SECONDS_MAX);
}

/** One line for people, short enough to store. */
export function failureMessage(thrown: unknown): string {
  const error = rootOf(thrown);
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

/** What an error was caused by in the end: the library that makes queries puts their text around what D1 says. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}
