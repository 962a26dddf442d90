import { canonicalJson } from "../base/canonical-json.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What was there, and what took its place: only the fields that differ. */
export interface ChangedFields {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/**
 * The fields in which two records differ, with both values; a field that is not there counts as null. Records within
 * records are compared field by field.
 *
 * @example changedFields({ a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: 4, d: 3 } })
 * // { before: { b: { c: 2 } }, after: { b: { c: 4 } } }
 */
export function changedFields(before: object, after: object): ChangedFields {
  const changed: ChangedFields = { before: {}, after: {} };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = (before as Fields)[name] ?? null;
    const now = (after as Fields)[name] ?? null;
    if (old === now || canonicalJson(old) === canonicalJson(now)) continue;
    const inner = isRecord(old) && isRecord(now) ? changedFields(old, now) : { before: old, after: now };
    changed.before[name] = inner.before;
    changed.after[name] = inner.after;
  }
  return changed;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
