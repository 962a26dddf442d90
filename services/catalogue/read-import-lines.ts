import { parse } from "csv-parse/browser/esm/sync";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ImportLine, ImportReceipt } from "./import-products.ts";

/** What a file holds, row by row, and the lines that hold no row. */
export interface ReadLines {
  lines: ImportLine[];
  rejected: ImportReceipt["rejected"];
}

/** Reads CSV with a header of field names, or JSON lines. Line numbers are the file's, from 1. */
export function readImportLines(text: string, contentType: string): ReadLines {
  return contentType.includes("csv") ? csvLines(text) : jsonLines(text);
}

interface CsvRecord {
  record: Record<string, string>;
  info: { lines: number; error?: Error };
}

function csvLines(text: string): ReadLines {
  const read: ReadLines = { lines: [], rejected: [] };
  for (const { record, info } of csvRecords(text)) {
    const line = info.lines;
    if (info.error) {
      const message = "the row has more or fewer cells than the header";
      read.rejected.push({ line, code: "bad_csv", message });
    } else read.lines.push({ line, value: fromCells(record) });
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

/** Empty cells are absent fields; tags are separated by semicolons. */
function fromCells(record: Record<string, string>): Record<string, unknown> {
  const given = Object.entries(record).filter(([, cell]) => cell !== "");
  return Object.fromEntries(given.map(([name, cell]) => [name, typedCell(name, cell)]));
}

function typedCell(name: string, cell: string): unknown {
  if (name === "tags") return cell.split(";");
  return NUMBER_FIELDS.has(name) ? Number(cell) : cell;
}

function jsonLines(text: string): ReadLines {
  const read: ReadLines = { lines: [], rejected: [] };
  text.split("\n").forEach((raw, index) => {
    if (raw.trim() === "") return;
    try {
      read.lines.push({ line: index + 1, value: JSON.parse(raw) });
    } catch {
      read.rejected.push({ line: index + 1, code: "bad_json", message: "not valid JSON" });
    }
  });
  return read;
}
