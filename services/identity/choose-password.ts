import { ProblemError } from "../../domain/contract/problem.ts";
import { passwordProblem } from "../../domain/identity/password.ts";
import type { GatePort } from "../ports.ts";

/**
 * The hash of a password that somebody chooses. `about`: what it must not be, their address and name.
 * @throws ProblemError `invalid` naming `path` if it may not be chosen, `rate_limited` if too many wait
 */
export async function hashOfChosen(
  gate: GatePort,
  password: string,
  about: readonly string[],
  path = "password",
): Promise<string> {
  const message = passwordProblem(password, about);
  if (message !== null)
    throw new ProblemError("invalid", message, { errors: [{ path, code: "invalid", message }] });
  const hash = await gate.hash(password);
  if (hash === null)
    throw new ProblemError("rate_limited", "too many passwords are being set", { retryAfter: 2 });
  return hash;
}
