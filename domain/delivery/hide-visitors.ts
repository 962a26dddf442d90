import { keyedHash } from "../base/keyed-hash.ts";

/** The fields of a shop event that name a person. */
const NAMING = ["customerId", "sessionId"] as const;
type NamingField = (typeof NAMING)[number];

/** Hex digits kept of a hash: 128 bits tell all visitors of the world apart. */
const DIGITS = 32;

/**
 * What stands for a visitor in everything that is stored: with the install's secret the same visitor has the same one,
 * and without it nobody can find out whose it is.
 */
export function hiddenName(secret: string, field: NamingField, name: string): string {
  return keyedHash(secret, field, name).slice(0, DIGITS);
}

/** Rows of shop events as they were posted, with hashes in place of who it was. What is not text is left to its verdict. */
export function hideVisitors<Row>(rows: readonly Row[], secret: string): Row[] {
  return rows.map((row) => {
    if (typeof row !== "object" || row === null) return row;
    const given = row as Partial<Record<NamingField, unknown>>;
    const hidden = NAMING.flatMap((field) => {
      const name = given[field];
      const isName = typeof name === "string" && name.trim() !== "";
      return isName ? [[field, hiddenName(secret, field, name.trim())] as const] : [];
    });
    return hidden.length === 0 ? row : { ...row, ...Object.fromEntries(hidden) };
  });
}
