import type { z } from "@hono/zod-openapi";
import { Problem } from "../domain/contract/answers.ts";

/** A required JSON body. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { body: { required: true as const, content: { "application/json": { schema } } } };
}

/** One JSON answer. */
export function jsonAnswer<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** One problem+json answer; the description names its codes. */
export function problemAnswer(description: string) {
  return { description, content: { "application/problem+json": { schema: Problem } } };
}

/** The answers of a route without errors of its own: one JSON answer, and problem+json for everything else. */
export function jsonReply<Status extends 200 | 201 | 202, T extends z.ZodType>(
  status: Status,
  schema: T,
  description: string,
) {
  return { [status]: jsonAnswer(schema, description), default: problemAnswer("error") } as {
    [K in Status]: ReturnType<typeof jsonAnswer<T>>;
  };
}
