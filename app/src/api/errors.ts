import type { FieldError, ProblemCode } from "../../../domain/contract/problem.ts";

/** A failed request: the API's problem document, or `network` when no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  /** seconds the server asks to wait, or null */
  readonly retryAfter: number | null;
  /** the whole problem document, with what a route adds to it */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      errors?: readonly FieldError[];
      retryAfter?: number | null;
      problem?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter ?? null;
    this.problem = more.problem ?? {};
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value
    .map(asRecord)
    .flatMap((e) =>
      typeof e.message === "string"
        ? [{ path: String(e.path ?? ""), code: String(e.code ?? ""), message: e.message }]
        : [],
    );
}

/** Reads an RFC 9457 document; of any other answer (a proxy's page, an empty body) only the status is used. */
export function errorOfResponse(status: number, body: unknown, retryAfterHeader: string | null): ApiError {
  const problem = asRecord(body);
  const code = typeof problem.code === "string" ? problem.code : `http_${status}`;
  const detail = problem.detail ?? problem.title;
  const seconds = Number(retryAfterHeader);
  return new ApiError(status, code, typeof detail === "string" ? detail : `HTTP ${status}`, {
    problem,
    errors: fieldErrors(problem.errors),
    retryAfter: retryAfterHeader !== null && Number.isFinite(seconds) ? seconds : null,
  });
}

/** A headline, and what it means or what to do. */
export interface ErrorText {
  title: string;
  detail: string;
}

const KNOWN: Partial<Record<ProblemCode | "network", ErrorText>> = {
  network: {
    title: "No connection",
    detail: "The server did not answer. Check your connection; the page tries again by itself.",
  },
  unauthenticated: { title: "Signed out", detail: "Sign in again to continue." },
  second_factor_required: {
    title: "A code is needed",
    detail: "Enter the code of your authenticator app, or a recovery code.",
  },
  forbidden: { title: "Not allowed", detail: "Your role does not include this. Ask an administrator." },
  not_found: { title: "Not found", detail: "It does not exist, or no longer exists." },
  reason_required: {
    title: "A reason is required",
    detail: "A HIGH risk change needs a second approver or a note of at least 50 characters.",
  },
  illegal_transition: {
    title: "Already decided",
    detail: "This proposal is no longer pending. The page now shows its present status.",
  },
  stale_or_mismatch: {
    title: "The price has changed since",
    detail:
      "The price is no longer the one this proposal was computed from. Nothing was applied, and the proposal was rejected.",
  },
  unavailable: { title: "Temporarily unavailable", detail: "The server is busy. Try again in a moment." },
  internal: { title: "Something went wrong", detail: "The server failed and logged the reason. Try again." },
};

/** The only translator from a failure to words. */
export function describeError(error: unknown): ErrorText {
  if (!(error instanceof ApiError)) {
    return { title: "Something went wrong", detail: error instanceof Error ? error.message : String(error) };
  }
  if (error.code === "rate_limited") {
    const wait = error.retryAfter === null ? "a moment" : `${error.retryAfter} s`;
    return { title: "Too many requests", detail: `Try again in ${wait}.` };
  }
  const known = KNOWN[error.code as ProblemCode];
  if (known) return known;
  const fields = error.errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message));
  return { title: "Not accepted", detail: fields.length > 0 ? fields.join("; ") : error.message };
}
