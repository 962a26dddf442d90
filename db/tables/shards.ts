import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The generations of SKU shards. The first is written at install, each further one by a reshard: the hash of a SKU and
 * the number of shards decide where its state lies.
 */
export const shardGenerations = sqliteTable("shard_generations", {
  generation: integer().primaryKey(),
  /** how many shards it has */
  count: integer().notNull(),
  status: text({ enum: ["next", "current", "former"] }).notNull(),
  /** of the next: the shards of the current generation that have handed over their SKUs */
  moved: text({ mode: "json" }).$type<number[]>().notNull().default([]),
  createdAt: integer("created_at").notNull(),
});
