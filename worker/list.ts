import { z } from "@hono/zod-openapi";
import type { ListPage, ListQuery, ListShape, Place } from "../db/list.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type Page } from "../domain/contract/answers.ts";
import { ProblemError } from "../domain/contract/problem.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

const Value = z.union([z.string(), z.number()]);
const PlaceOf = z.tuple([z.string(), Value, Value]);

/** `?limit&cursor&q&sort&facets` of a list, with its own filters. */
export function listQuery<T extends z.ZodRawShape>(shape: ListShape, filters: T) {
  const sorts = Object.keys(shape.sorts).flatMap((name) => [name, `-${name}`]);
  const facets = Object.keys(shape.facets);
  return z.object({
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
    cursor: z.string().max(1_000).optional(),
    q: z
      .string()
      .max(200)
      .optional()
      .describe(`a part of ${shape.search.map(({ name }) => name).join(", ")}`),
    sort: z.enum(sorts).optional().describe(`\`-\` in front for descending; default ${shape.sort}`),
    facets: z
      .string()
      .optional()
      .refine((text) => namesIn(text).every((name) => facets.includes(name)), `of ${facets.join(", ")}`)
      .describe(`names, with commas between, of columns to count the values of: ${facets.join(", ")}`),
    ...filters,
  });
}

interface Asked {
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
  sort?: string | undefined;
  facets?: string | undefined;
}

/**
 * The query of a request, for `readPage`.
 *
 * @throws ProblemError bad_request if the cursor is not one that this list gave out in this order
 */
export function pageQuery(shape: ListShape, { limit, cursor, q, sort, facets }: Asked): ListQuery {
  const order = sort ?? shape.sort;
  const place = decodeCursor(cursor, PlaceOf);
  if (place && place[0] !== order)
    throw new ProblemError("bad_request", "the cursor belongs to another order: leave `sort` as it was");
  const after = place && ([place[1], place[2]] as const);
  return { limit, after, q: q?.trim(), sort: order, facets: facets ? namesIn(facets) : undefined };
}

/** A page as it is answered. */
export function presentPage<Row, Item>(
  { rows, next, total, facets }: ListPage<Row>,
  { sort }: ListQuery,
  present: (row: Row) => Item,
): Page<Item> {
  const nextCursor = cursorOf(next, sort!);
  return {
    items: rows.map(present),
    nextCursor,
    ...(total !== undefined && { total }),
    ...(facets && { facets }),
  };
}

/** The cursor of a place of a list in an order. */
export function cursorOf(place: Place | null, sort: string): string | null {
  return place && encodeCursor([sort, ...place]);
}

function namesIn(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(",").map((name) => name.trim());
}
