import { FILE_FIELDS, type FileKind } from "../../messages/file-kinds.ts";

/** A row of a file by the fields of the API; "" = the cell is empty. */
export type FileRow = Record<string, string>;

/** Fields that are amounts of money, by which the decimal sign of a file is found. */
export const AMOUNT_FIELDS: ReadonlySet<string> = new Set([
  ...["price", "unitCost", "unitFee", "minPrice", "maxPrice", "mapPrice", "msrp", "salvageValue"],
  ...["shipping", "coupon", "revenue"],
]);

/** The header's cells by the field that each stands for; null = the column is not ours. */
export interface Columns {
  fields: (string | null)[];
  ignored: string[];
}

/** A header without case, blanks and marks, so that "Unit cost", "unit_cost" and "unitCost" are one. */
export function plainHeader(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

/**
 * Which field each column stands for: by a map that the caller gives, else by its name. Of two columns for one field the
 * first counts, unless their names are the same: nobody could say which of the two is meant.
 * @throws RangeError if a name comes twice
 */
export function columnsOf(
  header: readonly string[],
  kind: FileKind,
  map: Readonly<Record<string, string>>,
): Columns {
  const known = new Map(FILE_FIELDS[kind].map((field) => [plainHeader(field), field as string]));
  const mapped = new Map(Object.entries(map).map(([column, field]) => [plainHeader(column), field]));
  const seen = new Set<string>();
  const ignored: string[] = [];
  const fields = header.map((name) => {
    const plain = plainHeader(name);
    const field = mapped.get(plain) ?? known.get(plain) ?? null;
    if (
      field !== null &&
      seen.has(field) &&
      header.filter((other) => plainHeader(other) === plain).length > 1
    )
      throw new RangeError(`the column ${name} is there twice`);
    if (field === null || seen.has(field)) {
      if (name !== "") ignored.push(name);
      return null;
    }
    seen.add(field);
    return field;
  });
  return { fields, ignored };
}

const KEYS: Partial<Record<FileKind, readonly string[]>> = {
  offers: ["price", "priceText", "availability"],
  competitors: ["id"],
};

/** The column that is needed and that no column of a file stands for; null if it is there. */
export function missingKey(fields: readonly (string | null)[], kind: FileKind): string | null {
  const keys = KEYS[kind] ?? ["sku"];
  return keys.some((key) => fields.includes(key)) ? null : keys[0]!;
}
