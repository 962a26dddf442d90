import { parse } from "csv-parse/browser/esm/sync";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ImportLine, ImportReceipt } from "./import-products.ts";

/** Far more than any row has; a file with more is not a table of ours, and would be read for seconds. */
const COLUMNS_MAX = 500;
/** Of one row; a quotation mark that is never closed would swallow the rest of the file. */
const ROW_CHARACTERS_MAX = 200_000;
/** A catalogue of 50,000 products, with room. */
const LINES_MAX = 200_000;
/** A file of which so many lines cannot be read, and fewer can, is of another kind than it says. */
const UNREADABLE_MAX = 1_000;

/** What a file holds, row by row, and the lines that hold no row. */
export interface ReadLines {
  lines: ImportLine[];
  rejected: ImportReceipt["rejected"];
}

/** What an empty cell, or a field of null or "", does: it leaves the stored value, or clears it (the field is then null). */
export type EmptyMeans = "keep" | "clear";

/**
 * Reads CSV with a header of field names, or JSON lines. Line numbers are the file's, from 1.
 *
 * @throws ProblemError `too_large` for more than 200,000 lines; `bad_request` if it cannot be read as what it says it is
 */
export function readImportLines(text: string, contentType: string, emptyMeans: EmptyMeans): ReadLines {
  assertSize(text);
  return contentType.includes("csv") ? csvLines(text, emptyMeans) : jsonLines(text, emptyMeans);
}

/** @throws ProblemError `too_large`: looks at line ends alone, before a reader spends its time on the file */
function assertSize(text: string): void {
  let lines = 0;
  for (let start = 0; start < text.length; lines++) {
    const end = text.indexOf("\n", start);
    const next = end < 0 ? text.length : end + 1;
    if (next - start > ROW_CHARACTERS_MAX)
      throw new ProblemError("too_large", `line ${lines + 1} has more than ${ROW_CHARACTERS_MAX} characters`);
    start = next;
  }
  if (lines > LINES_MAX)
    throw new ProblemError("too_large", `a file holds at most ${LINES_MAX} lines: split it`);
}

/** Counts a row, or a line that holds none. @throws ProblemError `bad_request` when the file is plainly something else */
function lineCounter(): (isRow: boolean) => void {
  let rows = 0;
  let unreadable = 0;
  return (isRow) => {
    if (isRow) rows++;
    else unreadable++;
    if (unreadable > UNREADABLE_MAX && unreadable > rows)
      throw new ProblemError(
        "bad_request",
        `of the first ${rows + unreadable} lines ${unreadable} cannot be read as what the file says it is; nothing was imported`,
      );
  };
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

/** @throws Error for too many columns, and if a name comes twice: nobody could say which of the two counts */
function distinctNames(names: string[]): string[] {
  if (names.length > COLUMNS_MAX)
    throw new Error(`it has ${names.length} columns, and at most ${COLUMNS_MAX} can be read`);
  const twice = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`the column ${twice} is there twice`);
  return names;
}

function csvRecords(text: string): CsvRecord[] {
  const count = lineCounter();
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
      max_record_size: ROW_CHARACTERS_MAX,
      on_record: (record, { error }) => {
        count(error === undefined);
        return record;
      },
    }) as unknown as CsvRecord[];
  } catch (error) {
    if (error instanceof ProblemError) throw error;
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
  const count = lineCounter();
  text.split("\n").forEach((raw, index) => {
    if (raw.trim() === "") return;
    try {
      const value: unknown = JSON.parse(raw);
      const isRow = typeof value === "object" && value !== null && !Array.isArray(value);
      read.lines.push({
        line: index + 1,
        value: isRow ? withEmpty(Object.entries(value), emptyMeans) : value,
      });
      count(true);
    } catch {
      read.rejected.push({ line: index + 1, code: "bad_json", message: "not valid JSON" });
      count(false);
    }
  });
  return read;
}
