import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { heldOverrides } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { reasonOfTwo } from "../../domain/ledger/held-evidence.ts";
import type { HeldStatus } from "../../domain/messages/names.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { incidentOf, type Playbook, playbookEnd } from "../incidents/record-incident.ts";
import { assertMayRelease, doOrRequest } from "../pricing/high-risk.ts";
import { createInTurn, createOverride, judge, keyOf, type OverrideRequest } from "./create-override.ts";
import type { OverrideRecord } from "./read-overrides.ts";

export type HeldOverrideRecord = typeof heldOverrides.$inferSelect;

export const HELD_OVERRIDE_LIST = {
  source: sql`${heldOverrides}`,
  id: heldOverrides.id,
  sorts: { heldAt: heldOverrides.heldAt, key: heldOverrides.key },
  sort: "-heldAt",
  search: [heldOverrides.key, heldOverrides.reason, heldOverrides.actor],
  facets: { kind: heldOverrides.kind, status: heldOverrides.status },
} as const satisfies ListShape;

/** One page of the overrides that were held for a second person. */
export function listHeldOverrides(db: Database, query: ListQuery, status: HeldStatus) {
  return readPage(db, HELD_OVERRIDE_LIST, query, [is(heldOverrides.status, status)], ({ place, cut }) =>
    cut(
      db
        .select({ held: heldOverrides, ...place })
        .from(heldOverrides)
        .$dynamic(),
    ),
  );
}

/**
 * Puts a person's override in force, or holds it for a second person.
 *
 * @throws ProblemError as `createOverride`
 */
export function createOrRequestOverride(
  ctx: ServiceContext,
  request: OverrideRequest,
): Promise<{ done: OverrideRecord } | { held: HeldOverrideRecord }> {
  return doOrRequest(
    ctx,
    () => createOverride(ctx, request),
    (inside) => requestOverride(inside, request),
  );
}

/** Takes the place of whatever waits for the same scope and kind. `playbook`: of which it is the answer. */
export async function requestOverride(
  ctx: ServiceContext,
  request: OverrideRequest,
  playbook: Playbook | null = null,
): Promise<HeldOverrideRecord> {
  const { d1, db, now } = ctx;
  const { scope, kind, reason } = request;
  const key = await keyOf(ctx, request);
  const { fixed } = await judge(ctx, request, key);
  const actor = actorLabel(ctx.actor);
  const asked = { scope, key, kind, price: fixed?.price ?? null, currency: fixed?.currency ?? null };
  const row: HeldOverrideRecord = {
    ...{ id: ctx.newId("hov"), ...asked, reason, expiresAt: request.expiresAt ?? null, playbook },
    ...{ status: "held", actor, heldAt: now, note: null, decidedBy: null, decidedAt: null },
  };
  const waits = and(
    ...[eq(heldOverrides.scope, scope), eq(heldOverrides.key, key), eq(heldOverrides.kind, kind)],
    eq(heldOverrides.status, "held"),
  );
  const over = { status: "superseded", decidedAt: now, decidedBy: actor } as const;
  await commitChained(ctx, {
    audit: [
      {
        action: "held-override.request",
        subject: row.id,
        detail: { ...asked, reason, expiresAt: row.expiresAt, ...(playbook && { playbook }) },
      },
    ],
    statements: () => [
      prepare(d1, db.update(heldOverrides).set(over).where(waits)),
      prepare(d1, db.insert(heldOverrides).values(row)),
    ],
  });
  return row;
}

/**
 * Puts an override in force that somebody asked for and that needs a second person, if the limits of now allow it. That of a
 * playbook opens its incident.
 *
 * @throws ProblemError not_found, illegal_transition; forbidden to whoever asked for it, as long as somebody else may
 *   approve; reason_required to a machine, and where there is nobody else; stale_or_mismatch if its time is over; and as
 *   `createOverride`
 */
export function releaseHeldOverride(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<HeldOverrideRecord> {
  return inTurn(ctx, [], async (inside) => {
    const held = await readWaiting(inside, id);
    await assertMayRelease(inside, held.actor, note);
    if (held.expiresAt !== null && held.expiresAt <= inside.now)
      throw new ProblemError("stale_or_mismatch", "the time that it was asked for is over");
    const { scope, key, kind, price, currency, playbook } = held;
    const expiresAt = playbook ? playbookEnd(playbook, inside.now) : held.expiresAt;
    const request: OverrideRequest = {
      ...{ scope, kind, reason: reasonOfTwo(held.reason, held.actor, note) },
      ...(scope !== "global" && { key }),
      ...(price !== null && currency !== null && { price: { minor: price, currency } }),
      ...(expiresAt !== null && { expiresAt }),
    };
    const incident = playbook && incidentOf(inside, playbook, request.reason);
    const released = decision(inside, id, "released", note);
    await decide(() => createInTurn(inside, request, { released, alongside: incident?.alongside }));
    return readHeld(inside, id);
  });
}

/**
 * Takes a held override off the list: nothing is put in force.
 *
 * @throws ProblemError not_found, illegal_transition
 */
export async function discardHeldOverride(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<HeldOverrideRecord> {
  const { scope, key, kind } = await readWaiting(ctx, id);
  await decide(() =>
    commitChained(ctx, {
      audit: [{ action: "held-override.discard", subject: id, detail: { scope, key, kind, note } }],
      statements: () => decision(ctx, id, "discarded", note),
    }),
  );
  return readHeld(ctx, id);
}

async function readHeld({ db }: ServiceContext, id: string): Promise<HeldOverrideRecord> {
  const [found] = await db.select().from(heldOverrides).where(eq(heldOverrides.id, id));
  if (!found) throw new ProblemError("not_found", "no such held override");
  return found;
}

/** @throws ProblemError not_found, illegal_transition */
async function readWaiting(ctx: ServiceContext, id: string): Promise<HeldOverrideRecord> {
  const held = await readHeld(ctx, id);
  if (held.status === "held") return held;
  throw new ProblemError("illegal_transition", `the override is ${held.status}`);
}

/** The statements that decide it, which fail their batch if somebody else did first. */
function decision(ctx: ServiceContext, id: string, status: "released" | "discarded", note: string | null) {
  const { d1, db, now, actor } = ctx;
  const waits = and(eq(heldOverrides.id, id), eq(heldOverrides.status, "held"));
  const decided = { status, note, decidedAt: now, decidedBy: actorLabel(actor) };
  return [
    guardCount(d1, db.$count(heldOverrides, waits), 1),
    prepare(d1, db.update(heldOverrides).set(decided).where(waits)),
  ];
}

/** @throws ProblemError conflict when somebody else decided it first */
async function decide(commit: () => Promise<unknown>): Promise<void> {
  try {
    await commit();
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("conflict", "somebody else decided it meanwhile; look again");
  }
}
