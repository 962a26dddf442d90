import { and, eq, getViewSelectedFields, gte, sql, type View } from "drizzle-orm";
import { bulkUpsert, excluded } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { martParts } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";

/** A part stays well below what D1 takes in one parameter. */
const ROWS_PER_PART = 1_000;

/** A part that is the same already is not written: rows written are the bill. */
const CHANGED = { where: sql`${excluded(martParts.body)} <> ${martParts.body}` };

type Value = string | number | boolean | null | readonly number[];

/** Where rows of a mart lie: its name, and the civil day or what else they are about. */
interface PartPlace {
  mart: string;
  day: string;
}

/**
 * The statements that make the rows of a place be these and no others: rows of the mart's view, which are kept in the order
 * of their first columns.
 */
export function replaceParts<T extends View>(
  { d1, db }: { d1: D1Database; db: Database },
  { mart, day }: PartPlace,
  view: T,
  rows: readonly T["$inferSelect"][],
): D1PreparedStatement[] {
  const bodies = bodiesOf(Object.keys(getViewSelectedFields(view)), rows);
  const parts = bodies.map((body, part) => ({ mart, day, part, body }));
  const isGone = and(eq(martParts.mart, mart), eq(martParts.day, day), gte(martParts.part, parts.length));
  return [...bulkUpsert(d1, martParts, parts, CHANGED), prepare(d1, db.delete(martParts).where(isGone))];
}

function bodiesOf(columns: readonly string[], rows: readonly object[]): string[] {
  // the day of a mart by day is the day of its parts
  const names = columns.filter((name, i) => i > 0 || name !== "day");
  const packed = rows
    .map((row) => names.map((name) => (row as Record<string, Value>)[name] ?? null))
    .sort(byFirst);
  return Array.from({ length: Math.ceil(packed.length / ROWS_PER_PART) }, (_, part) =>
    JSON.stringify(packed.slice(part * ROWS_PER_PART, (part + 1) * ROWS_PER_PART)),
  );
}

function byFirst(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, value] of a.entries()) {
    const other = b[i]!;
    if (value !== other) return value! < other! ? -1 : 1;
  }
  return 0;
}
