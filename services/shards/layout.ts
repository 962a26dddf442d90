import { database } from "../../db/database.ts";
import type { Env } from "../../db/env.ts";
import { shardGenerations } from "../../db/schema.ts";
import { SECOND_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { addressOf, SHARDS_MAX, type ShardLayout } from "../../domain/shard/layout.ts";

/** What says where SKUs live: the record of the install, and the number that the Worker was deployed with. */
export type LayoutEnv = Pick<Env, "DB" | "SKU_SHARDS">;

/** How long an isolate relies on what it read. A shard that has handed over its SKUs refuses calls, so this is safe. */
const KNOWN_MS = 5 * SECOND_MS;
/** When a refused request may come again, seconds. */
const RETRY_SECONDS = 60;

type Generation = typeof shardGenerations.$inferSelect;

const known = new WeakMap<D1Database, { configured: string; layout: ShardLayout; readAt: number }>();

/**
 * Which objects hold the SKUs, as the install recorded it. The first call of an install records the number of shards that
 * it was deployed with.
 *
 * @throws ProblemError `unavailable` when SKU_SHARDS says another number: SKUs would be looked for where they are not
 */
export async function readLayout({ DB, SKU_SHARDS: configured }: LayoutEnv): Promise<ShardLayout> {
  const now = Date.now();
  const before = known.get(DB);
  if (before?.configured === configured && now - before.readAt < KNOWN_MS && now >= before.readAt)
    return before.layout;
  const layout = layoutOf(await generationsOf(DB, Number(configured), now), configured);
  known.set(DB, { configured, layout, readAt: now });
  return layout;
}

/** Has the next call read the record again. */
export function forgetLayout({ DB }: Pick<LayoutEnv, "DB">): void {
  known.delete(DB);
}

/** The address of each SKU's shard, as of now. */
export async function skuAddresses(env: LayoutEnv): Promise<(sku: string) => number> {
  const layout = await readLayout(env);
  return (sku) => addressOf(sku, layout);
}

async function generationsOf(d1: D1Database, configured: number, now: number): Promise<Generation[]> {
  const db = database(d1);
  const found = await db.select().from(shardGenerations);
  if (found.length > 0) return found;
  if (!Number.isInteger(configured) || configured < 1 || configured > SHARDS_MAX)
    throw refused(`SKU_SHARDS is to be a whole number from 1 to ${SHARDS_MAX}`);
  const first = { generation: 1, count: configured, status: "current" as const, createdAt: now };
  await db.insert(shardGenerations).values(first).onConflictDoNothing();
  return db.select().from(shardGenerations);
}

function layoutOf(generations: readonly Generation[], configured: string): ShardLayout {
  const current = generations.find(({ status }) => status === "current");
  if (!current) throw new Error("no generation of shards is in use");
  const next = generations.find(({ status }) => status === "next");
  // while a reshard is on, and after it until the next deployment, both numbers are right
  const earlier = generations.find(({ generation }) => generation === current.generation - 1);
  const accepted = [current, next, earlier].flatMap((one) => (one ? [one.count] : []));
  if (!accepted.includes(Number(configured)))
    throw refused(
      `SKU_SHARDS is ${configured}, but the SKUs of this install lie in ${current.count} shards: ` +
        `set SKU_SHARDS to ${current.count} and deploy again. To have another number of shards, start a run of the ` +
        `kind "reshard" first (docs/operations.md)`,
    );
  return { current, next: next ? { ...next, moved: new Set(next.moved) } : null };
}

/** A message that meets this waits in its queue, since a deployment ends it. */
function refused(message: string): ProblemError {
  return Object.assign(new ProblemError("unavailable", message, { retryAfter: RETRY_SECONDS }), {
    retryable: true,
  });
}
