import { z } from "zod";

/** What every answer of the API is made of: money is a decimal string, instants are ISO-8601 UTC. */

export const money = z.string();

export const instant = z.string();

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
