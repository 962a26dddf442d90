import { readCsv } from "./csv-text.ts";

/** How a file is written. */
export interface Dialect {
  separator: string;
  header: string[];
  /** the header's line, from 1 */
  headerLine: number;
}

const SEPARATORS = [",", ";", "\t", "|"] as const;
export const SEPARATOR_NAMES: Readonly<Record<string, string>> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "bar",
};

/** Characters at the beginning of a file by which it is recognised. */
const SAMPLE = 20_000;
const SAMPLE_LINES = 12;

/**
 * The separator and the header of a file. A line `sep=;` says it, as Excel reads it; else it is the one that gives the
 * most lines of the header's length. A first line with one cell only, as the name of a sheet is, is left out.
 */
export function dialectOf(text: string): Dialect | null {
  const said = /^sep=(.)\r?\n/i.exec(text);
  const sample = (said ? text.slice(said[0].length) : text).slice(0, SAMPLE);
  const skip = said ? 1 : 0;
  const found = (said ? [said[1]!] : SEPARATORS).map((separator) => looked(sample, separator));
  found.sort((a, b) => b.score - a.score);
  const [best] = found;
  if (best === undefined || best.header === undefined) return null;
  return {
    separator: best.separator,
    header: best.header.cells,
    headerLine: skip + best.header.line,
  };
}

function looked(sample: string, separator: string) {
  const lines: { line: number; cells: string[] }[] = [];
  readCsv(sample, separator, (line) => {
    if ("cells" in line) lines.push(line);
    return lines.length < SAMPLE_LINES;
  });
  const widest = Math.max(0, ...lines.map(({ cells }) => filled(cells)));
  const header =
    lines.find(({ cells }) => cells.length > 1 && filled(cells) * 2 >= Math.min(widest, cells.length)) ??
    lines[0];
  const width = header?.cells.length ?? 0;
  const alike = lines.filter(({ cells }) => cells.length === width).length;
  return { separator, header, score: width < 2 ? 0 : alike * 1000 + Math.min(width, 999) };
}

function filled(cells: readonly string[]): number {
  return cells.filter((cell) => cell !== "").length;
}

const WITH_COMMA = /^-?(?:\d{1,3}(?:[.\s\u00a0\u202f']\d{3})+|\d+),\d{1,2}(?!\d)/;
const WITH_POINT = /^-?(?:\d{1,3}(?:[,\s\u00a0\u202f']\d{3})+|\d+)\.\d{1,2}(?!\d)/;

/** The sign before the decimals; null = not known. */
export type DecimalSign = "comma" | "point" | null;

/** Which sign stands before the decimals of these amounts; null if they do not agree or say nothing. */
export function decimalSign(amounts: Iterable<string>): DecimalSign {
  let commas = 0;
  let points = 0;
  for (const amount of amounts) {
    const plain = amount.replace(/^[^\d-]+/, "");
    if (WITH_COMMA.test(plain)) commas++;
    else if (WITH_POINT.test(plain)) points++;
  }
  if (commas > 0 && points === 0) return "comma";
  return points > 0 && commas === 0 ? "point" : null;
}

/**
 * A number of a file as a plain decimal, by the sign that the whole file has; what is more than a number stays as it is.
 * @example plainNumber("1.299,00", "comma") // "1299.00"
 * @example plainNumber("3.350", "comma") // "3350"
 */
export function plainNumber(text: string, sign: DecimalSign): string {
  const compact = text.replace(/[\s\u00a0\u202f']/g, "");
  if (sign === "comma" && /^-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?$/.test(compact))
    return compact.replaceAll(".", "").replace(",", ".");
  if (sign === "point" && /^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$/.test(compact))
    return compact.replaceAll(",", "");
  return text;
}
