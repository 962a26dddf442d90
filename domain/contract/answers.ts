import { z } from "zod";
import { ROLES, SCOPES } from "../identity/rights.ts";

/** A list's page: `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 500;

/** Instants leave the API as ISO-8601 UTC. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** What every answer of the API is made of: money is a decimal string, instants are ISO-8601 UTC. */

export const money = z.string().describe("decimal string in `currency`");

export const instant = z.string().describe("ISO-8601, UTC");

export const fraction = z.number();

export const interval = z.tuple([z.number(), z.number()]);

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const Person = z.object({ id: z.string(), email: z.string(), name: z.string(), role: z.enum(ROLES) });

export const Me = z.object({
  kind: z.enum(["user", "key"]),
  name: z.string(),
  email: z.string().optional(),
  role: z.enum(ROLES).optional(),
  scopes: z.array(z.enum(SCOPES)),
});
