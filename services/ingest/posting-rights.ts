import { ProblemError } from "../../domain/contract/problem.ts";
import { type Actor, may } from "../../domain/identity/rights.ts";

/**
 * A key posts only as the sources it is given. A source with a signing secret is nobody else's name: in a body it may be
 * named only by a key that is given it, while the source's own address also takes keys without a list.
 *
 * @throws ProblemError `forbidden`
 */
export function assertMayPost(
  actor: Actor,
  source: string,
  { isOwnAddress = false, isSigned = false }: { isOwnAddress?: boolean; isSigned?: boolean },
): void {
  if (!may(actor, "ingest")) throw new ProblemError("forbidden", 'this needs the right "ingest"');
  if (may(actor, "admin") || actor.kind !== "key") return;
  const given = actor.sources ?? null;
  if (given?.includes(source)) return;
  if (given !== null) throw new ProblemError("forbidden", `the key may post only as ${given.join(", ")}`);
  if (isSigned && !isOwnAddress)
    throw new ProblemError("forbidden", `${source} signs what it posts: the key has to be given this source`);
}
