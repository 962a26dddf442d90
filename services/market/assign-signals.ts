import { and, eq, ne, sql } from "drizzle-orm";
import { NOBODY, type SignalRecord } from "../../db/reads/market.ts";
import { signals, users } from "../../db/schema.ts";
import { invalidField } from "../../domain/contract/problem.ts";
import type { Actor } from "../../domain/identity/rights.ts";
import type { ServiceContext } from "../context.ts";
import { type ChangedSignals, changeSignals, readChanged, type WhichSignals } from "./change-signals.ts";

/** As an assignee in a query: whoever asks. */
const ME = "me";

/**
 * Gives signals to a person, or with null to nobody. A resolved signal, or one that is theirs already, is left alone.
 *
 * @param to the person's address
 * @throws ProblemError invalid, naming `to`, if nobody who can sign in has the address
 */
export async function assignSignals(
  ctx: ServiceContext,
  which: WhichSignals,
  to: string | null,
): Promise<ChangedSignals> {
  if (to !== null) await assertPerson(ctx, to);
  return changeSignals(ctx, which, {
    where: and(ne(signals.status, "resolved"), sql`${signals.assignee} IS NOT ${to}`),
    set: { assignee: to },
    action: "signal.assign",
    detail: { to },
  });
}

/**
 * The same for one signal. Repeating it changes nothing.
 *
 * @throws ProblemError not_found; illegal_transition if it is resolved; invalid as above
 */
export async function assignSignal(
  ctx: ServiceContext,
  id: string,
  to: string | null,
): Promise<{ signal: SignalRecord; title: string | null }> {
  await assignSignals(ctx, { ids: [id] }, to);
  return readChanged(ctx, id, "assign");
}

async function assertPerson({ db }: ServiceContext, email: string): Promise<void> {
  const isKnown = and(eq(users.email, email), eq(users.active, true));
  if ((await db.$count(users, isKnown)) === 0)
    throw invalidField("to", "invalid", `nobody who can sign in has the address ${email}`);
}

/**
 * What a query means by an assignee: a person's address, `me`, or `none`.
 *
 * @throws ProblemError invalid if a machine asks for its own
 */
export function assigneeAsked(actor: Actor, asked: string | undefined): string | undefined {
  if (asked === undefined || asked === NOBODY) return asked;
  if (asked !== ME) return asked.toLowerCase();
  if (actor.kind === "user") return actor.email;
  throw invalidField("assignee", "invalid", "only a person has signals: name one by address");
}
