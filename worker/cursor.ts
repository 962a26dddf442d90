import { z } from "@hono/zod-openapi";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type Page } from "../domain/contract/answers.ts";
import { ProblemError } from "../domain/contract/problem.ts";

/** `?limit&cursor` of every list. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  cursor: z.string().max(500).optional(),
});

/** A place in a list, opaque to clients. */
export function encodeCursor(place: readonly (string | number)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(place));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** @throws ProblemError bad_request if the cursor is not one of ours with as many parts */
export function decodeCursor<T extends z.ZodType>(
  cursor: string | undefined,
  place: T,
): z.infer<T> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const text = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return place.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw new ProblemError("bad_request", "the cursor is not one that this list gave out");
  }
}

/** A page from rows read one beyond the limit: the extra row says that there is a next page. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
  placeOf: (row: Row) => readonly (string | number)[],
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null;
  return { items: shown.map(present), nextCursor };
}
