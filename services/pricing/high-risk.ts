import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { HIGH_RISK_NOTE_MIN } from "../../domain/pricing/approval.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { colleagues } from "../identity/colleagues.ts";

/**
 * A HIGH-risk price or override that one person puts in force needs what a HIGH proposal needs of one: a reason of some length.
 *
 * @param path the field that holds it
 * @throws ProblemError reason_required
 */
export function assertReasoned(reason: string, path: string): void {
  if (reason.trim().length >= HIGH_RISK_NOTE_MIN) return;
  const least = `at least ${HIGH_RISK_NOTE_MIN} characters`;
  throw new ProblemError("reason_required", `HIGH risk needs a second person, or a ${path} of ${least}`, {
    errors: [{ path, code: "reason_required", message: least }],
  });
}

/** @throws ProblemError reason_required where one person, with this reason, is not enough */
export async function assertMayAlone(
  ctx: ServiceContext,
  reason: string,
  { secondPerson }: Settings,
): Promise<void> {
  assertReasoned(reason, "reason");
  // what the install does by itself has nobody beside it
  if (secondPerson === "reason" || ctx.actor.kind === "system") return;
  if (await hasColleagues(ctx)) throw new ProblemError("reason_required", "HIGH risk needs a second person");
}

async function hasColleagues({ db, actor }: ServiceContext): Promise<boolean> {
  const [others] = await colleagues(db, actor);
  return (others?.n ?? 0) > 0;
}

/**
 * Does what a person asks for; where it needs a second person and there is one, `request` has it wait for them, in a turn.
 *
 * @throws ProblemError whatever `act` throws
 */
export async function doOrRequest<Done, Held>(
  ctx: ServiceContext,
  act: () => Promise<Done>,
  request: (inside: ServiceContext) => Promise<Held>,
): Promise<{ done: Done } | { held: Held }> {
  try {
    return { done: await act() };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "reason_required") throw error;
    if (ctx.actor.kind !== "user" || !(await hasColleagues(ctx))) throw error;
  }
  return { held: await inTurn(ctx, [], request) };
}

/**
 * Nobody is the second person of their own request; where there is nobody else, and for a machine, a reason stands for them.
 *
 * @throws ProblemError forbidden, reason_required
 */
export async function assertMayRelease(
  ctx: ServiceContext,
  askedBy: string,
  note: string | null,
): Promise<void> {
  const isOwn = askedBy === actorLabel(ctx.actor);
  if (isOwn && (await hasColleagues(ctx)))
    throw new ProblemError("forbidden", "you asked for this yourself: somebody else has to release it");
  if (isOwn || ctx.actor.kind !== "user") assertReasoned(note ?? "", "note");
}
