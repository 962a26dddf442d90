import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Env } from "../db/env.ts";
import type { Trace } from "../domain/base/trace.ts";
import { type FieldError, ProblemError } from "../domain/contract/problem.ts";
import type { Actor, Credential } from "../domain/identity/rights.ts";

/** What a request carries: the bindings, and who calls with what (null until middleware/identity has looked). */
export interface AppEnv {
  Bindings: Env;
  Variables: { actor: Actor | null; credential: Credential | null; trace: Trace };
}

/** A request with what it carries. */
export type AppContext = Context<AppEnv>;

/** A router whose validation failures become problem+json with one entry per wrong field. */
export function newRouter() {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new ProblemError("invalid", "the request does not have the expected form", {
        errors: fieldErrors(result.error.issues, "data" in result ? result.data : undefined),
      });
    },
  });
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** Zod's names for what is wrong with a field, in the codes of ingested rows. */
const CODES: Readonly<Record<string, string>> = {
  invalid_type: "wrong_type",
  invalid_union: "wrong_type",
  custom: "invalid",
};

/** An answer names so many wrong fields; whoever has more has one mistake many times. */
const ERRORS_MAX = 100;

/** Zod's issues with `value` as field errors, the first hundred; an unknown key is an error at its own path. */
export function fieldErrors(issues: readonly Issue[], value: unknown): FieldError[] {
  const errors = issues.slice(0, ERRORS_MAX).flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys" && issue.keys)
      return issue.keys.map((key) => ({
        path: [...path, key].join("."),
        code: "unknown_field",
        message: `unknown field ${key}`,
      }));
    const name = path.join(".");
    if (path.length > 0 && isMissing(value, issue.path))
      return [{ path: name, code: "missing_field", message: `${name} is missing` }];
    const code = issue.code ?? "invalid";
    return [{ path: name, code: CODES[code] ?? code, message: issue.message }];
  });
  return errors.slice(0, ERRORS_MAX);
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  if (value === undefined) return false;
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return false;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at === undefined;
}
