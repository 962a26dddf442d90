import { eq, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { shardGenerations } from "../../db/schema.ts";
import { allAddresses, type ShardGeneration, type ShardLayout } from "../../domain/shard/layout.ts";

type GenerationRow = typeof shardGenerations.$inferSelect;

/** The generation in use and the one that a reshard is making, as D1 has them now. */
export async function readGenerations(
  db: Database,
): Promise<{ current: GenerationRow; next: GenerationRow | null }> {
  const rows = await db.select().from(shardGenerations);
  const current = rows.find(({ status }) => status === "current");
  if (!current) throw new Error("no generation of shards is in use");
  return { current, next: rows.find(({ status }) => status === "next") ?? null };
}

/** The addresses of all shards that hold SKUs, as D1 has it now. */
export async function shardAddresses(db: Database): Promise<number[]> {
  const { current, next } = await readGenerations(db);
  const layout: ShardLayout = { current, next: next ? { ...next, moved: new Set(next.moved) } : null };
  return allAddresses(layout);
}

/** The statement that notes that a shard of the current generation has handed over its SKUs; again it changes nothing. */
export function noteMoved(db: Database, { generation }: ShardGeneration, index: number) {
  const { moved } = shardGenerations;
  return db
    .update(shardGenerations)
    .set({ moved: sql`json_insert(${moved}, '$[#]', ${index})` })
    .where(
      sql`${eq(shardGenerations.generation, generation)}
        AND NOT EXISTS (SELECT 1 FROM json_each(${moved}) WHERE value = ${index})`,
    );
}
