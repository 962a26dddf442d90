import { dateTime } from "../../format/time.ts";
import { actor, words } from "../../format/words.ts";

const LISTED_MAX = 3;
/** What proves an entry: fingerprints, which say nothing to a reader. They stay in the file and in the API. */
const PROOFS = new Set(["prints", "hash", "inputsHash"]);
/** Instants are kept in ms: everything since 2001 has thirteen digits. */
const INSTANT_MIN = 1e12;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueInWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number")
    return value >= INSTANT_MIN ? dateTime(new Date(value).toISOString()) : String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "none";
    const shown = value.slice(0, LISTED_MAX).map(valueInWords).join(", ");
    return value.length > LISTED_MAX ? `${shown} and ${value.length - LISTED_MAX} more` : shown;
  }
  if (isObject(value)) return partsOf(value).join(", ") || "none";
  return String(value);
}

/** Ids of many are counted; who did it is a person, a key or the system. */
function fieldInWords(name: string, value: unknown): string {
  if (name === "ids" && Array.isArray(value) && value.length > 1) return String(value.length);
  return name === "decidedBy" && typeof value === "string" ? actor(value) : valueInWords(value);
}

/** What was and what is, as "was → is"; all other fields by their names. */
function partsOf(detail: Record<string, unknown>): string[] {
  const { before, after, ...rest } = detail;
  const told = Object.entries(rest).filter(([name]) => !PROOFS.has(name));
  const named = told.map(([name, value]) => `${words(name)}: ${fieldInWords(name, value)}`);
  if (before === undefined && after === undefined) return named;
  return [...changes(before, after), ...named];
}

function changes(before: unknown, after: unknown): string[] {
  if (!isObject(before) && !isObject(after)) return [`${valueInWords(before)} → ${valueInWords(after)}`];
  const [was, is] = [before, after].map((one) => (isObject(one) ? one : {}));
  const names = new Set([...Object.keys(was!), ...Object.keys(is!)]);
  return [...names].flatMap((name) => {
    const [from, to] = [valueInWords(was![name]), valueInWords(is![name])];
    if (from === to && isObject(before)) return [];
    return [isObject(before) ? `${words(name)}: ${from} → ${to}` : `${words(name)}: ${to}`];
  });
}

/**
 * What an entry of the audit tells, in words.
 *
 * @example detailInWords({ before: { weight: 1 }, after: { weight: 2 } }) // "Weight: 1 → 2"
 */
export function detailInWords(detail: unknown): string {
  return isObject(detail) ? partsOf(detail).join(" · ") || "–" : valueInWords(detail);
}

/**
 * What was done, in words.
 *
 * @example actionInWords("source.rotate_secret") // "Source: rotate secret"
 */
export function actionInWords(action: string): string {
  const [subject, ...verbs] = action.split(".");
  return verbs.length === 0
    ? words(action)
    : `${words(subject!)}: ${verbs.map((verb) => words(verb).toLowerCase()).join(" ")}`;
}
