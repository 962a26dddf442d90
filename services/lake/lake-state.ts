import { and, eq, lte } from "drizzle-orm";
import { lakeState } from "../../db/schema.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";

export type LakeState = typeof lakeState.$inferSelect;
type Context = Pick<ServiceContext, "db" | "now">;

const ROW = 1;
/** A job that took a pass has this long for it, as long as a minute tick may take; then another takes it over. */
const LEASE_MS = 2 * MINUTE_MS;

const NOTHING = {
  ...{ id: ROW, pass: 0, isOpen: false, from: {}, to: {}, chunks: 0, leasedUntil: 0, shown: 0, at: 0 },
};

/** How far the lake has come. */
export async function readLakeState({ db }: Pick<Context, "db">): Promise<LakeState> {
  const [state] = await db.select().from(lakeState).where(eq(lakeState.id, ROW));
  return state ?? NOTHING;
}

/** Takes the work on the lake for this job; null while another has it. */
export async function takeLease({ db, now }: Context): Promise<LakeState | null> {
  await db.insert(lakeState).values(NOTHING).onConflictDoNothing();
  const [state] = await db
    .update(lakeState)
    .set({ leasedUntil: now + LEASE_MS })
    .where(and(eq(lakeState.id, ROW), lte(lakeState.leasedUntil, now)))
    .returning();
  return state ?? null;
}

export async function endLease({ db }: Pick<Context, "db">): Promise<void> {
  await db.update(lakeState).set({ leasedUntil: 0 }).where(eq(lakeState.id, ROW));
}

/** Opens the next pass: up to `to`, with so many chunks of posted rows. */
export async function openPass(
  { db, now }: Context,
  before: LakeState,
  to: Record<string, number>,
  chunks: number,
): Promise<LakeState> {
  const [state] = await db
    .update(lakeState)
    .set({ pass: before.pass + 1, isOpen: true, from: before.to, to, chunks, at: now })
    .where(and(eq(lakeState.pass, before.pass), eq(lakeState.isOpen, false)))
    .returning();
  if (state === undefined) throw new Error(`another job opened pass ${before.pass + 1} of the lake`);
  return state;
}

/** The condition that a pass is still open, and the statement that closes it. */
export function closing({ db }: Pick<Context, "db">, pass: number) {
  const isOpen = and(eq(lakeState.pass, pass), eq(lakeState.isOpen, true));
  return { isOpen, close: db.update(lakeState).set({ isOpen: false }).where(isOpen) };
}

/** The manifest shows everything up to a pass. */
export async function noteShown({ db }: Pick<Context, "db">, pass: number): Promise<void> {
  await db.update(lakeState).set({ shown: pass }).where(eq(lakeState.id, ROW));
}

/** The statement after which the manifest is written again, although no pass has come. */
export function unshow({ db }: Pick<Context, "db">) {
  return db.update(lakeState).set({ shown: -1 }).where(eq(lakeState.id, ROW));
}
