import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "../db/env.ts";
import { type FieldError, ProblemError } from "../domain/contract/problem.ts";
import type { Actor } from "../domain/identity/rights.ts";

/** What a request carries: the bindings, and who calls (null until middleware/identity has looked). */
export interface AppEnv {
  Bindings: Env;
  Variables: { actor: Actor | null };
}

/** A router whose validation failures become problem+json with one entry per wrong field. */
export function newRouter() {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new ProblemError("invalid", "the request does not have the expected form", {
        errors: fieldErrors(result.error.issues),
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

/** Zod's issues as field errors; an unknown key is an error at its own path. */
export function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys" && issue.keys)
      return issue.keys.map((key) => ({
        path: [...path, key].join("."),
        code: "unknown_field",
        message: `unknown field ${key}`,
      }));
    return [{ path: path.join("."), code: issue.code ?? "invalid", message: issue.message }];
  });
}
