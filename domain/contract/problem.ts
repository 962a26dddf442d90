/** Codes of whole-request errors (RFC 9457 `code`); a row's own codes are in `messages/verdict.ts`. */
export const PROBLEM_STATUS = {
  bad_json: 400,
  bad_request: 400,
  bad_signature: 401,
  bad_timestamp: 401,
  unauthenticated: 401,
  second_factor_required: 401,
  forbidden: 403,
  not_found: 404,
  ambiguous_batch: 409,
  batch_id_reused: 409,
  conflict: 409,
  illegal_transition: 409,
  price_held: 409,
  stale_or_mismatch: 409,
  limits_changed: 409,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  reason_required: 422,
  guardrail_blocked: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** One field of a body that was wrong. */
export interface FieldError {
  path: string;
  code: string;
  message: string;
}

/** The one error that services and routes throw; the worker turns it into problem+json. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly errors: FieldError[] | undefined;
  /** seconds, for 429 and 503 */
  readonly retryAfter: number | undefined;
  /** more members of the problem document */
  readonly extra: Record<string, unknown> | undefined;

  constructor(
    code: ProblemCode,
    message: string,
    more: { errors?: FieldError[]; retryAfter?: number; extra?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = "ProblemError";
    this.code = code;
    this.errors = more.errors;
    this.retryAfter = more.retryAfter;
    this.extra = more.extra;
  }
}

/** A body whose one field is wrong. */
export function invalidField(path: string, code: string, message: string): ProblemError {
  return new ProblemError("invalid", message, { errors: [{ path, code, message }] });
}

/** What was found. @throws ProblemError `not_found` when there is nothing */
export function orNotFound<T>(found: T | null | undefined, message: string): T {
  if (found === null || found === undefined) throw new ProblemError("not_found", message);
  return found;
}
