import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { BatchConflict } from "../../db/write.ts";
import { PROBLEM_STATUS, ProblemError } from "../../domain/contract/problem.ts";
import type { AppEnv } from "../context.ts";

/** Every error as RFC 9457 problem+json. An unexpected error is logged and answered without detail. */
export function problemResponse(error: unknown, c: Context<AppEnv>): Response {
  const problem = asProblem(error);
  if (problem.code === "internal") {
    const stack = error instanceof Error ? error.stack : undefined;
    const { traceId, spanId } = c.get("trace") ?? {};
    console.error({ event: "request.failed", error: String(error), stack, traceId, requestId: spanId });
  }
  const status = PROBLEM_STATUS[problem.code];
  const body = {
    type: "about:blank",
    title: problem.code.replaceAll("_", " "),
    status,
    code: problem.code,
    detail: problem.message,
    ...(problem.errors ? { errors: problem.errors } : {}),
    ...problem.extra,
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (problem.retryAfter !== undefined) headers.set("retry-after", String(problem.retryAfter));
  if (problem.code === "unauthenticated") headers.set("www-authenticate", "Bearer");
  return c.body(JSON.stringify(body), status, Object.fromEntries(headers));
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof BatchConflict)
    return new ProblemError("conflict", "somebody else changed it in the meantime");
  if (error instanceof HTTPException && error.status < 500) return ofFramework(error);
  if (error instanceof SyntaxError) return new ProblemError("bad_json", "the body is not valid JSON");
  return new ProblemError("internal", "something went wrong on our side");
}

/** Errors that the framework raises before a route runs. */
function ofFramework({ status }: HTTPException): ProblemError {
  if (status === 415)
    return new ProblemError(
      "unsupported_media_type",
      "this address does not take that content type: for JSON use application/json",
    );
  if (status === 403) return new ProblemError("forbidden", "the request comes from another origin");
  return new ProblemError("bad_json", "the body is not valid JSON");
}
