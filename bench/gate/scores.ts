import { ERROR_KINDS, type ErrorKind } from "./inject.ts";
import type { Judged } from "./replay.ts";

/** A fall by this is a sale that must never be held. */
const SALE_FROM = 0.68;
const SALE_TO = 0.72;

/** A fall to this share of the price before or less is a deep one. */
const DEEP_TO = 0.75;

/** What the gate made of the looks of one sort. */
export interface Tally {
  looks: number;
  caught: number;
}

/** How errors are counted. rows: each wrong observation · lenient: also, but a right one that follows it is left out ·
 * cases: an error is caught if its first observation is */
export const READINGS = ["rows", "lenient", "cases"] as const;

/** Tallies by name: `kind/stay/early` of errors, and `clean`, `after` (clean ones behind an error), `sales` and
 * `drops` (real falls by a quarter or more). */
export type Outcome = Map<string, Tally>;

/** Adds what was made of some looks. */
export function countInto(outcome: Outcome, judged: readonly Judged[]): void {
  for (const { look, before, quarantined, flagged } of judged) {
    const { error } = look;
    if (error === null) {
      count(outcome, look.after ? "after" : "clean", quarantined);
      const change = before === null || look.after ? 1 : look.price / before.price;
      if (change <= DEEP_TO) count(outcome, "drops", quarantined);
      if (change >= SALE_FROM && change <= SALE_TO) count(outcome, "sales", quarantined);
      continue;
    }
    const caught = quarantined || (error.kind === "x6 pack" && flagged);
    const sort = `${error.kind}/${error.stay}/${error.early ? "early" : "late"}`;
    count(outcome, sort, caught);
    if (error.first) count(outcome, `case/${sort}`, caught);
  }
}

function count(outcome: Outcome, name: string, caught: boolean): void {
  const tally = outcome.get(name) ?? { looks: 0, caught: 0 };
  outcome.set(name, { looks: tally.looks + 1, caught: tally.caught + (caught ? 1 : 0) });
}

/** Adds one outcome to another. */
export function addInto(sum: Outcome, part: Outcome): void {
  for (const [name, { looks, caught }] of part) {
    const tally = sum.get(name) ?? { looks: 0, caught: 0 };
    sum.set(name, { looks: tally.looks + looks, caught: tally.caught + caught });
  }
}

/** The sum of the tallies whose name begins so. */
export function tallyOf(outcome: Outcome, ...starts: string[]): Tally {
  const sum = { looks: 0, caught: 0 };
  for (const [name, { looks, caught }] of outcome)
    if (starts.some((start) => name.startsWith(start))) {
      sum.looks += looks;
      sum.caught += caught;
    }
  return sum;
}

/** Recall of a kind of error, or of its part whose name has `part` in it. */
export function recallOf(outcome: Outcome, kind: ErrorKind, part = ""): number {
  let looks = 0;
  let caught = 0;
  for (const [name, tally] of outcome)
    if (name.startsWith(`${kind}/`) && name.includes(part)) {
      looks += tally.looks;
      caught += tally.caught;
    }
  return caught / looks;
}

/** F1, precision and recall under one reading, and the share of right observations that were held. */
export function scoresOf(outcome: Outcome, reading: (typeof READINGS)[number]) {
  const prefix = reading === "cases" ? "case/" : "";
  const errors = tallyOf(outcome, ...ERROR_KINDS.map((kind) => `${prefix}${kind}/`));
  const clean = tallyOf(outcome, "clean", ...(reading === "lenient" ? [] : ["after"]));
  const precision = errors.caught / (errors.caught + clean.caught);
  const recall = errors.caught / errors.looks;
  const f1 = (2 * precision * recall) / (precision + recall);
  return { f1, precision, recall, falseShare: clean.caught / clean.looks };
}
