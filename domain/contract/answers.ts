import { z } from "zod";
import { QUANTITY_UNITS } from "../base/quantity.ts";

/** A page of a list: `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total?: number | undefined;
  facets?: Record<string, { value: string | number | null; count: number }[]> | undefined;
}

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 500;

/** Instants leave the API as ISO-8601 UTC. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** What every answer of the API is made of. */
export const money = z.string().describe("decimal string in `currency`");

export const instant = z.string().describe("ISO-8601, UTC");

export const day = z.string().describe("civil day, YYYY-MM-DD");

export const interval = z.tuple([z.number(), z.number()]);

export const count = z.int().nonnegative();

/** Of a product whose quantities are told. */
export const quantityUnit = z
  .enum(QUANTITY_UNITS)
  .optional()
  .describe("what its quantities are counted in; absent: pieces");

/** An instant in a request: with its offset from UTC, `Z` or `+02:00`. */
export const InstantIn = z.iso.datetime({ offset: true });

/** An object with a name in the API's description, so that generated clients have a type of that name. */
export function named<T extends z.ZodRawShape>(id: string, shape: T) {
  return z.object(shape).meta({ id });
}

/** RFC 9457, with a `code` that stays the same. */
export const Problem = named("Problem", {
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
});

const Facets = z.record(
  z.string(),
  z.array(z.object({ value: z.union([z.string(), z.number(), z.null()]), count })),
);

/** A page of a named shape is named after it: `ProposalPage`. */
export function pageOf<T extends z.ZodType>(item: T) {
  const page = z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: count.optional().describe("rows of the whole list; on its first page"),
    facets: Facets.optional().describe("if asked for; on the first page"),
  });
  const id = item.meta()?.id;
  return id === undefined ? page : page.meta({ id: `${id}Page` });
}
