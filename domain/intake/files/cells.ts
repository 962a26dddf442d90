import { AMOUNT_FIELDS } from "./columns.ts";
import { type DecimalSign, plainNumber } from "./dialect.ts";

/** What is said of a line that goes through without one of its cells. */
export interface LineWarning {
  line: number;
  code: string;
  message: string;
}

const WARNINGS_MAX = 5_000;
const NUMBER_FIELDS: ReadonlySet<string> = new Set(["taxRate", "feeRate", "packSize", "lineRank"]);

/** A GTIN without blanks and the apostrophe of spreadsheets; one that is none is left out. */
export function gtinOf(cell: string, line: number, warnings: LineWarning[]): string | null {
  const digits = cell.replace(/^'/, "").replace(/[\s-]/g, "");
  if (/^\d{8}$|^\d{12,14}$/.test(digits)) return digits;
  const message = `gtin: ${cell.slice(0, 40)} has not 8, 12, 13 or 14 digits; the field is ignored`;
  if (warnings.length < WARNINGS_MAX) warnings.push({ line, code: "ignored_field", message });
  return null;
}

export function grossOf(net: string, taxRate: number): string {
  const value = Number(net);
  return Number.isFinite(value) ? (value * (1 + taxRate)).toFixed(2) : net;
}

/** Tags are separated by semicolons; a rate may be in per cent. */
export function productCell(name: string, cell: string, sign: DecimalSign): unknown {
  if (name === "tags") return cell.split(";").map((tag) => tag.trim());
  if (!NUMBER_FIELDS.has(name)) return plainCell(name, cell, sign);
  const plain = plainNumber(
    cell.replace(/\s*%$/, ""),
    sign ?? (/^\d+,\d+\s*%?$/.test(cell) ? "comma" : null),
  );
  return cell.endsWith("%") ? Number((Number(plain) / 100).toFixed(6)) : Number(plain);
}

export function plainCell(name: string, cell: string, sign: DecimalSign): string {
  return AMOUNT_FIELDS.has(name) || /^(?:units|views|carts|inStockShare|weight)$/.test(name)
    ? plainNumber(cell, sign)
    : cell;
}
