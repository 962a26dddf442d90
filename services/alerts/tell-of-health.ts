import { eq } from "drizzle-orm";
import { bulkInsert, bulkUpsert } from "../../db/bulk.ts";
import { events, keptStates } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { readHealth } from "../operate/health.ts";
import type { LayoutEnv } from "../shards/layout.ts";

const NAME = "health";
/** A part that has no data yet is not unwell. */
const WELL: readonly string[] = ["ok", "empty"];

/** Compares the health of each part with that of a minute ago, and writes an event for each that fell ill or got well. */
export async function tellOfHealth(env: LayoutEnv, { d1, db, now }: ServiceContext): Promise<number> {
  const [kept] = await db.select().from(keptStates).where(eq(keptStates.name, NAME));
  const before = (kept?.value ?? {}) as Record<string, string>;
  const { parts } = await readHealth(env, now);
  const after = Object.fromEntries(Object.entries(parts).map(([part, { status }]) => [part, status]));
  const told = Object.entries(parts).flatMap(([part, { status, detail }]) => {
    const from = before[part] ?? "ok";
    if (WELL.includes(from) === WELL.includes(status)) return [];
    const data = { part, from, to: status, ...(detail !== undefined && { detail }) };
    return [{ type: "health.changed" as const, at: now, sku: null, subject: part, data }];
  });
  if (JSON.stringify(after) === JSON.stringify(before)) return 0;
  await d1.batch([
    ...bulkUpsert(d1, keptStates, [{ name: NAME, value: after }]),
    ...bulkInsert(d1, events, told),
  ]);
  return told.length;
}
