import type { z } from "zod";
import type { RowCode, RowVerdict } from "../messages/verdict.ts";
import type { MoneyCode } from "../money/parse.ts";

/** A row read, or the verdict that rejects it. */
export type RowResult<T> = { ok: true; value: T } | { ok: false; verdict: RowVerdict };

/** A rejected row. */
export function refuseRow(
  row: number,
  code: RowCode,
  path: string,
  message: string,
): { ok: false; verdict: RowVerdict } {
  return { ok: false, verdict: { row, verdict: "rejected", code, path, message } };
}

/** The row code of an amount that was refused. */
export const ROW_CODE_OF_MONEY = {
  bad: "bad_price",
  non_positive: "non_positive_price",
  too_large: "price_too_large",
  unknown_currency: "unknown_currency",
  currency_mismatch: "currency_mismatch",
} as const satisfies Record<MoneyCode, RowCode>;

/** A field's name comes from outside: what is shown of it is limited. */
const PATH_MAX = 100;

/** A number like 1e999 is infinite once read: no value, rather than one of the wrong type. */
const CODE_OF_INFINITE: Readonly<Record<string, RowCode>> = {
  price: "bad_price",
  shipping: "bad_price",
  coupon: "bad_price",
  revenue: "bad_price",
  observedAt: "bad_time",
  collectedAt: "bad_time",
  at: "bad_time",
  min: "bad_price",
  avg: "bad_price",
  max: "bad_price",
};

/** Reads a row's form with its schema; the first thing that is wrong becomes the verdict. */
export function readForm<T>(schema: z.ZodType<T>, value: unknown, row: number): RowResult<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const { code, path, message } = firstFault(result.error.issues[0]!, value);
  return refuseRow(row, code, path, message);
}

function firstFault(
  issue: z.core.$ZodIssue,
  value: unknown,
): { code: RowCode; path: string; message: string } {
  if (issue.code === "unrecognized_keys") {
    const path = [...issue.path, issue.keys[0]!].map(String).join(".").slice(0, PATH_MAX);
    return { code: "unknown_field", path, message: `unknown field ${path}` };
  }
  const path = issue.path.map(String).join(".");
  const found = valueAt(value, issue.path);
  if (issue.path.length > 0 && found === undefined)
    return { code: "missing_field", path, message: `${path} is missing` };
  if (typeof found === "number" && !Number.isFinite(found))
    return { code: CODE_OF_INFINITE[path] ?? "wrong_type", path, message: `${path} is not a finite number` };
  return { code: "wrong_type", path, message: issue.message };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}
