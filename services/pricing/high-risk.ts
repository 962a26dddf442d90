import { ProblemError } from "../../domain/contract/problem.ts";
import { HIGH_RISK_NOTE_MIN } from "../../domain/pricing/approval.ts";

/**
 * A HIGH-risk price that one person sets needs what a HIGH proposal needs of one: a reason of some length.
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
