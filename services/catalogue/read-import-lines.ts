import { parse } from "csv-parse/browser/esm/sync";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ImportLine, ImportReceipt } from "./import-products.ts";

/** What a file holds, row by row, and the lines that hold no row. */
export interface ReadLines {
  lines: ImportLine[];
  rejected: ImportReceipt["rejected"];
}

/** What an empty cell, or a field of null or "", does: it leaves the stored value, or clears it (the field is then null). */
export type EmptyMeans = "keep" | "clear";

/** Reads CSV with a header of field names, or JSON lines. Line numbers are the file's, from 1. */
export function readImportLines(text: string, contentType: string, emptyMeans: EmptyMeans): ReadLines {
  return contentType.includes("csv") ? csvLines(text, emptyMeans) : jsonLines(text, emptyMeans);
}

/** The fields of a row with the empty ones left out, or null. */
function withEmpty(fields: [name: string, value: unknown][], emptyMeans: EmptyMeans): object {
  const isEmpty = (value: unknown) => value === null || value === "";
  if (emptyMeans === "keep") return Object.fromEntries(fields.filter(([, value]) => !isEmpty(value)));
  return Object.fromEntries(fields.map(([name, value]) => [name, isEmpty(value) ? null : value]));
}

interface CsvRecord {
  record: Record<string, string>;
  info: { lines: number; error?: Error };
}

function csvLines(text: string, emptyMeans: EmptyMeans): ReadLines {
  const read: ReadLines = { lines: [], rejected: [] };
  for (const { record, info } of csvRecords(text)) {
    const line = info.lines;
    if (info.error) {
      const message = "the row has more or fewer cells than the header";
      read.rejected.push({ line, code: "bad_csv", message });
    } else read.lines.push({ line, value: fromCells(record, emptyMeans) });
  }
  return read;
}

/** @throws Error if a column's name comes twice: nobody could say which of the two counts */
function distinctNames(names: string[]): string[] {
  const twice = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`the column ${twice} is there twice`);
  return names;
}

function csvRecords(text: string): CsvRecord[] {
  try {
    return parse(text, {
      bom: true,
      columns: distinctNames,
      info: true,
      skip_empty_lines: true,
      trim: true,
      // `info.error` reports a row of the wrong length; its neighbours go through
      relax_column_count: true,
      // 24" inside a cell is an inch sign
      relax_quotes: true,
    }) as unknown as CsvRecord[];
  } catch (error) {
    throw new ProblemError(
      "bad_request",
      `not readable as CSV: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Fields that are numbers, where a CSV cell can only be text. Amounts of money may be either. */
const NUMBER_FIELDS: ReadonlySet<string> = new Set(["taxRate", "feeRate", "packSize", "lineRank"]);

/** Tags are separated by semicolons. */
function fromCells(record: Record<string, string>, emptyMeans: EmptyMeans): object {
  const typed = Object.entries(record).map(([name, cell]): [string, unknown] => [
    name,
    cell === "" ? null : typedCell(name, cell),
  ]);
  return withEmpty(typed, emptyMeans);
}

function typedCell(name: string, cell: string): unknown {
  if (name === "tags") return cell.split(";");
  return NUMBER_FIELDS.has(name) ? Number(cell) : cell;
}

function jsonLines(text: string, emptyMeans: EmptyMeans): ReadLines {
  const read: ReadLines = { lines: [], rejected: [] };
  text.split("\n").forEach((raw, index) => {
    if (raw.trim() === "") return;
    try {
      const value: unknown = JSON.parse(raw);
      const isRow = typeof value === "object" && value !== null && !Array.isArray(value);
      read.lines.push({
        line: index + 1,
        value: isRow ? withEmpty(Object.entries(value), emptyMeans) : value,
      });
    } catch {
      read.rejected.push({ line: index + 1, code: "bad_json", message: "not valid JSON" });
    }
  });
  return read;
}
