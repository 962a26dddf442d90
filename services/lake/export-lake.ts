import { bulkInsert } from "../../db/bulk.ts";
import { lakeParts, lakeState } from "../../db/schema.ts";
import { commitBatch, guardCount, prepare } from "../../db/write.ts";
import { INBOX_COUNT } from "../../domain/base/sharding.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { lakeRowsOf } from "../../domain/lake/posted-rows.ts";
import {
  BELIEVED,
  byDate,
  DERIVED_SOURCES,
  type LakeRow,
  type LakeTableName,
} from "../../domain/lake/tables.ts";
import type { ServiceContext } from "../context.ts";
import { giveWay } from "../give-way.ts";
import type { InboxPort } from "../ports.ts";
import { derivedMark, derivedRows } from "./derived-rows.ts";
import { closing, endLease, type LakeState, openPass, readLakeState, takeLease } from "./lake-state.ts";
import { showManifest } from "./manifest.ts";
import { type LakePart, passName, writePart } from "./write-parts.ts";

export type LakeContext = Pick<ServiceContext, "d1" | "db" | "lake" | "now" | "sleep"> & {
  inboxes: Pick<InboxPort, "lakeUpTo" | "lakeChunks" | "dropLake">;
};

/** Chunks whose rows are read together: other requests have their turn in between. */
const CHUNKS_TOGETHER = 8;

/** Passes of one call: bounds what a minute tick does. */
const PASSES_MAX = 40;

/** What one call has added. */
export interface Exported {
  passes: number;
  parts: number;
  rows: number;
}

/**
 * Brings the lake up to date, pass by pass: each takes what the Inboxes and the tables of D1 have since the one before,
 * writes it by table and date, and lists the files in one batch. A pass that was interrupted is done again with the same
 * rows under the same names, so that each row is in the lake once. Does nothing while another job is at it.
 *
 * @param options.all also what is taken once an hour
 */
export async function exportLake(
  ctx: LakeContext,
  options: { all: boolean } = { all: false },
): Promise<Exported> {
  const done: Exported = { passes: 0, parts: 0, rows: 0 };
  let state = await takeLease(ctx);
  if (state === null) return done;
  try {
    while (done.passes < PASSES_MAX) {
      // tables of D1 are taken once in a call: there is always a little more of them
      const wanted = done.passes > 0 ? "none" : options.all ? "all" : "due";
      const open = state.isOpen ? state : await nextPass(ctx, state, wanted);
      if (open === null) break;
      const parts = await writePass(ctx, open);
      await commitPass(ctx, open, parts);
      await dropTaken(ctx, open);
      done.passes++;
      done.parts += parts.length;
      done.rows += parts.reduce((total, { rows }) => total + rows, 0);
      state = await readLakeState(ctx);
    }
    await settle(ctx, state);
    return done;
  } finally {
    await endLease(ctx);
  }
}

/** What a pass that was interrupted after its commit has left undone. */
async function settle(ctx: LakeContext, state: LakeState): Promise<void> {
  if (state.isOpen || state.shown === state.pass) return;
  await dropTaken(ctx, state);
  await showManifest(ctx, state.pass);
}

function inboxMark(inbox: number): string {
  return `inbox-${inbox}`;
}

/** Opens the next pass, if anything has come. */
async function nextPass(
  ctx: LakeContext,
  state: LakeState,
  derived: "none" | "due" | "all",
): Promise<LakeState | null> {
  const to = { ...state.to };
  let chunks = 0;
  for (let inbox = 0; inbox < INBOX_COUNT; inbox++) {
    const mark = await ctx.inboxes.lakeUpTo(inbox, state.to[inboxMark(inbox)] ?? 0);
    to[inboxMark(inbox)] = mark.to;
    chunks += mark.chunks;
  }
  let isEmpty = chunks === 0;
  for (const table of derived === "none" ? [] : DERIVED_SOURCES) {
    const from = state.to[table] ?? 0;
    const mark = await derivedMark(ctx.db, table, ctx.now);
    // the ledger is read from its place on, the others from end to end
    const isDue = table === "ledger" || derived === "all" || mark - from >= HOUR_MS;
    if (!isDue || mark <= from) continue;
    to[table] = mark;
    isEmpty = false;
  }
  return isEmpty ? null : openPass(ctx, state, to, chunks);
}

/** Writes the files of a pass. @throws Error if an Inbox no longer has what the pass is to take */
async function writePass(ctx: LakeContext, { pass, from, to, chunks }: LakeState): Promise<LakePart[]> {
  const rows = new Map<LakeTableName, LakeRow[]>();
  const add = (table: LakeTableName, more: readonly LakeRow[]) => {
    const known = rows.get(table);
    if (known === undefined) rows.set(table, [...more]);
    else for (const row of more) known.push(row);
  };
  let found = 0;
  for (let inbox = 0; inbox < INBOX_COUNT; inbox++) {
    const mark = inboxMark(inbox);
    const taken = await ctx.inboxes.lakeChunks(inbox, from[mark] ?? 0, to[mark] ?? 0);
    found += taken.length;
    for (const [i, chunk] of taken.entries()) {
      if (i % CHUNKS_TOGETHER === 0) await giveWay(ctx);
      for (const [table, more] of lakeRowsOf(chunk, chunk.text)) add(table, more);
    }
  }
  if (found !== chunks)
    throw new Error(`pass ${pass} of the lake wants ${chunks} chunks, and ${found} are there`);
  for (const table of DERIVED_SOURCES) {
    const more = await derivedRows(ctx.db, table, from[table] ?? 0, to[table] ?? 0);
    if (more.length > 0) await giveWay(ctx);
    add(table === BELIEVED ? "observations" : table, more);
  }
  const parts: LakePart[] = [];
  for (const [table, all] of rows)
    for (const [date, group] of byDate(table, all)) {
      await giveWay(ctx);
      parts.push(await writePart(ctx, { table, date, name: passName(pass), pass }, group));
    }
  return parts;
}

/** Lists the files and closes the pass, if no other job has done so. */
async function commitPass({ d1, db }: LakeContext, { pass }: LakeState, parts: LakePart[]): Promise<void> {
  const { isOpen, close } = closing({ db }, pass);
  await commitBatch(d1, [
    guardCount(d1, db.$count(lakeState, isOpen), 1),
    ...bulkInsert(d1, lakeParts, parts),
    prepare(d1, close),
  ]);
}

/** The lake has these chunks now: their Inboxes need not keep them. */
async function dropTaken({ inboxes }: LakeContext, { to }: LakeState): Promise<void> {
  for (let inbox = 0; inbox < INBOX_COUNT; inbox++) {
    const mark = to[inboxMark(inbox)] ?? 0;
    if (mark > 0) await inboxes.dropLake(inbox, mark);
  }
}
