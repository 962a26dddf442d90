import { ProblemError } from "../../domain/contract/problem.ts";
import { grossOf, gtinOf, plainCell, productCell } from "../../domain/intake/files/cells.ts";
import {
  AMOUNT_FIELDS,
  columnsOf,
  type FileRow,
  missingKey,
  plainHeader,
} from "../../domain/intake/files/columns.ts";
import { type CsvLine, readCsv } from "../../domain/intake/files/csv-text.ts";
import {
  type Dialect,
  decimalSign,
  dialectOf,
  plainNumber,
  SEPARATOR_NAMES,
} from "../../domain/intake/files/dialect.ts";
import {
  type ForeignLine,
  hasNetPrices,
  ignoredBy,
  profileRows,
} from "../../domain/intake/files/profiles.ts";
import { productFeedItems } from "../../domain/intake/files/xml-feed.ts";
import { pageHost } from "../../domain/intake/page-address.ts";
import { FILE_FIELDS, type FileKind, type Profile } from "../../domain/messages/file-kinds.ts";
import type { DecodedFile } from "./decode-file.ts";
import type { ImportLine, ImportReceipt } from "./import-products.ts";

type Said = ImportReceipt["rejected"][number];

/** How a file was read: what the sender may want to check. */
interface ReadAs {
  format: "csv" | "json lines" | "xml";
  encoding: string;
  separator?: string;
  decimal?: "comma" | "point";
  headerLine?: number;
  profile?: Profile;
}

/** What a file holds, row by row, the lines that hold no row, and how it was read. */
export interface ReadLines {
  lines: ImportLine[];
  rejected: Said[];
  /** lines that went through without one of their cells */
  warnings: Said[];
  ignoredColumns: string[];
  readAs: ReadAs;
}

/** What an empty cell, or a field of null or "", does: it leaves the stored value, or clears it (the field is then null). */
type EmptyMeans = "keep" | "clear";

export interface ImportOptions {
  kind: FileKind;
  contentType: string;
  emptyMeans: EmptyMeans;
  profile?: Profile | undefined;
  /** field by column, where a column's name does not say it */
  columns: Readonly<Record<string, string>>;
  /** share of the net price, for files with prices without tax */
  taxRate?: number | undefined;
  /** ms */
  now: number;
}

/** Lines that cannot be read, after which the rest of a file is not looked at. */
const UNREAD_MAX = 5_000;

/**
 * Reads CSV with a header in any of its dialects, JSON lines, or Google's product feed. Line numbers are the file's,
 * from 1.
 * @throws ProblemError `invalid` if it is none of them, or has no column that the import needs
 */
export function readImportLines(file: DecodedFile, options: ImportOptions): ReadLines {
  const { text } = file;
  const { contentType } = options;
  if (/^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(text.slice(0, 1_000)))
    throw new ProblemError(
      "invalid",
      "the file is an HTML page: was the export's address asked without signing in?",
    );
  if (/^\s*<(?:\?xml|rss|feed)\b/i.test(text.slice(0, 1_000))) return xmlLines(file, options);
  if (/multipart|image|pdf|zip|officedocument/.test(contentType))
    throw new ProblemError(
      "invalid",
      `send the file's text itself, as text/csv or application/x-ndjson, not ${contentType}`,
    );
  const isCsv =
    /csv|tab-separated|text\/plain|ms-excel/.test(contentType) && !/^\s*\{/.test(text.slice(0, 1_000));
  return isCsv ? csvLines(file, options) : jsonLines(file, options);
}

/** The fields of a row with the empty ones left out, or null. */
function withEmpty(fields: [name: string, value: unknown][], emptyMeans: EmptyMeans): object {
  const isEmpty = (value: unknown) => value === null || value === "";
  if (emptyMeans === "keep") return Object.fromEntries(fields.filter(([, value]) => !isEmpty(value)));
  return Object.fromEntries(fields.map(([name, value]) => [name, isEmpty(value) ? null : value]));
}

function csvLines(file: DecodedFile, options: ImportOptions): ReadLines {
  const dialect = dialectOf(file.text);
  if (dialect === null) throw new ProblemError("invalid", "the file has no header with several columns");
  const { records, rejected } = recordsOf(file.text, dialect);
  const readAs: ReadAs = {
    ...{ format: "csv", encoding: file.encoding },
    separator: SEPARATOR_NAMES[dialect.separator] ?? dialect.separator,
    headerLine: dialect.headerLine,
  };
  const { profile } = options;
  const read = { readAs, rejected };
  if (profile === undefined) return ownLines(dialect, records, options, read);
  const places = new Map(dialect.header.map((name, at) => [plainHeader(name), at]));
  const cell =
    (cells: readonly string[]) =>
    (...names: string[]) => {
      for (const name of names) {
        const at = places.get(plainHeader(name));
        if (at !== undefined && cells[at] !== "") return cells[at]!;
      }
      return "";
    };
  const foreign = records.map(({ line, cells }): ForeignLine => ({ line, cell: cell(cells) }));
  return foreignLines(profile, dialect.header, foreign, options, { ...read, readAs: { ...readAs, profile } });
}

type CsvRecord = Extract<CsvLine, { cells: string[] }>;

function recordsOf(text: string, { separator, header, headerLine }: Dialect) {
  const records: CsvRecord[] = [];
  const rejected: Said[] = [];
  const refuse = (line: number, message: string) => {
    rejected.push({ line, code: "bad_csv", message });
    return rejected.length < UNREAD_MAX;
  };
  readCsv(text, separator, (one) => {
    if (one.line <= headerLine) return true;
    if ("problem" in one) return refuse(one.line, one.problem);
    const { line, cells } = one;
    const isLonger = cells.length > header.length && cells.slice(header.length).some((cell) => cell !== "");
    if (isLonger || cells.length < header.length)
      return refuse(line, "the row has more or fewer cells than the header");
    records.push({ line, cells });
    return true;
  });
  if (rejected.length >= UNREAD_MAX)
    refuse(
      rejected.at(-1)!.line,
      `${UNREAD_MAX} lines could not be read: the rest of the file was not looked at`,
    );
  return { records, rejected };
}

/** A file with our own columns, or with columns that the caller maps to them. */
function ownLines(
  { header }: Dialect,
  records: readonly CsvRecord[],
  options: ImportOptions,
  read: Pick<ReadLines, "readAs" | "rejected">,
): ReadLines {
  const { fields, ignored } = namedColumns(header, options);
  assertKeyColumn(fields, header, options.kind);
  const rows = records.map(({ line, cells }) => {
    const row: FileRow = {};
    for (const [at, field] of fields.entries()) if (field !== null) row[field] = cells[at]!;
    return { line, row };
  });
  return finished(rows, options, { ...read, ignoredColumns: ignored });
}

function namedColumns(header: readonly string[], { kind, columns }: ImportOptions) {
  try {
    return columnsOf(header, kind, columns);
  } catch (error) {
    throw new ProblemError(
      "bad_request",
      `not readable as CSV: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** @throws ProblemError `invalid` without the column that says what a row is about */
function assertKeyColumn(
  fields: readonly (string | null)[],
  header: readonly string[],
  kind: FileKind,
): void {
  const key = missingKey(fields, kind);
  if (key === null) return;
  const message = `no column is ${key}: name it by ?columns={"<column>":"${key}"}, or choose a ?profile=`;
  const errors = [{ path: key, code: "missing_field", message }];
  throw new ProblemError("invalid", message, { errors, extra: { columns: header.slice(0, 50) } });
}

/** A file of a shop system. */
function foreignLines(
  profile: Profile,
  header: readonly string[],
  foreign: readonly ForeignLine[],
  options: ImportOptions,
  read: Pick<ReadLines, "readAs" | "rejected">,
): ReadLines {
  const { kind, now } = options;
  const isNet = hasNetPrices(profile, header);
  const wanted: ReadonlySet<string> = new Set(FILE_FIELDS[kind]);
  const rows = profileRows(profile, foreign).flatMap(({ line, row }) => {
    if (row === null) return [];
    const given =
      kind === "offers"
        ? { ...row, competitor: pageHost(row.url ?? "") ?? "", observedAt: String(now) }
        : row;
    if (kind === "products" && given.category === "") given.category = "Uncategorized";
    return [{ line, row: Object.fromEntries(Object.entries(given).filter(([name]) => wanted.has(name))) }];
  });
  const net = isNet && kind === "products" ? options.taxRate : undefined;
  const read2 = finished(rows, options, { ...read, ignoredColumns: ignoredBy(profile, header) }, net);
  if (!isNet || options.taxRate !== undefined) return read2;
  const message =
    "the file's prices are without tax and were taken as they are: name the rate by ?taxRate=0.19";
  return {
    ...read2,
    warnings: [{ line: read.readAs.headerLine ?? 1, code: "net_prices", message }, ...read2.warnings],
  };
}

/** Rows whose amounts are looked at for the decimal sign. */
const SIGN_ROWS = 5_000;

/** Reads the cells: numbers by the file's own decimal sign, and what cannot be read without losing its line. */
function finished(
  rows: readonly { line: number; row: FileRow }[],
  { kind, emptyMeans }: ImportOptions,
  read: Pick<ReadLines, "readAs" | "rejected" | "ignoredColumns">,
  netTaxRate?: number,
): ReadLines {
  const amounts = rows
    .slice(0, SIGN_ROWS)
    .flatMap(({ row }) =>
      Object.entries(row).flatMap(([name, cell]) => (AMOUNT_FIELDS.has(name) && cell ? [cell] : [])),
    );
  const sign = decimalSign(amounts);
  const warnings: Said[] = [];
  const lines = rows.map(({ line, row }): ImportLine => {
    const fields = Object.entries(row).map(([name, cell]): [string, unknown] => {
      if (cell === "") return [name, null];
      if (name === "gtin") return [name, gtinOf(cell, line, warnings)];
      if (name === "price" && netTaxRate !== undefined)
        return [name, grossOf(plainNumber(cell, sign), netTaxRate)];
      return [name, kind === "products" ? productCell(name, cell, sign) : plainCell(name, cell, sign)];
    });
    return { line, value: withEmpty(fields, emptyMeans) };
  });
  const readAs = { ...read.readAs, ...(sign === null ? {} : { decimal: sign }) };
  return { ...read, readAs, lines, warnings };
}

function jsonLines({ text, encoding }: DecodedFile, { emptyMeans, columns }: ImportOptions): ReadLines {
  const read: ReadLines = {
    ...{ lines: [], rejected: [], warnings: [], ignoredColumns: [] },
    readAs: { format: "json lines", encoding },
  };
  let at = 0;
  for (let line = 1; at <= text.length && read.rejected.length < UNREAD_MAX; line++) {
    const end = text.indexOf("\n", at);
    const raw = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length + 1 : end + 1;
    if (raw.trim() === "") continue;
    try {
      const value: unknown = JSON.parse(raw);
      const isRow = typeof value === "object" && value !== null && !Array.isArray(value);
      const fields = isRow
        ? Object.entries(value).map(([name, one]): [string, unknown] => [columns[name] ?? name, one])
        : [];
      read.lines.push({ line, value: isRow ? withEmpty(fields, emptyMeans) : value });
    } catch {
      read.rejected.push({ line, code: "bad_json", message: "not valid JSON" });
    }
  }
  return read;
}

/** Google's product feed as RSS or Atom: its items have the names of the columns of its table. */
function xmlLines(file: DecodedFile, options: ImportOptions): ReadLines {
  const items = productFeedItems(file.text);
  if (items.length === 0) throw new ProblemError("invalid", "the XML has no items of a product feed");
  const header = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const foreign = items.map(
    (item, at): ForeignLine => ({
      line: at + 1,
      cell: (...names) => names.map((name) => item[name] ?? "").find((value) => value !== "") ?? "",
    }),
  );
  const readAs: ReadAs = { format: "xml", encoding: file.encoding, profile: "google" };
  return foreignLines("google", header, foreign, options, { readAs, rejected: [] });
}
