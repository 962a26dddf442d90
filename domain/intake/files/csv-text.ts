/** One line of a file as cells, or why it has none. `line`: its number in the file, from 1. */
export type CsvLine = { line: number; cells: string[] } | { line: number; problem: string };

/** Cells of a line, and characters of a cell: more cannot be a table of products. */
const CELLS_MAX = 1_000;
const CELL_LENGTH_MAX = 100_000;
/** Lines that one quoted cell may span. */
const CELL_LINES_MAX = 500;

const QUOTE = '"';

/**
 * Reads a text with separated cells line by line. A line that cannot be read costs only itself: of a quote that is never
 * closed, the line on which it opens. Each character is looked at a fixed number of times, whatever the text is.
 * Stops when `take` answers false.
 */
export function readCsv(text: string, separator: string, take: (line: CsvLine) => boolean): void {
  let at = 0;
  let line = 1;
  /** from here on no quote stands alone, so that none that opens is closed */
  let noCloseFrom = Number.POSITIVE_INFINITY;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const raw = text.slice(at, end.at);
    if (!raw.includes(QUOTE)) {
      if (raw.trim() !== "" && !take(checked(line, raw.split(separator)))) return;
      at = end.next;
      line++;
      continue;
    }
    const record = readQuoted(text, at, separator, noCloseFrom);
    if ("problem" in record) {
      if (record.noCloseFrom !== undefined) noCloseFrom = Math.min(noCloseFrom, record.noCloseFrom);
      if (!take({ line, problem: record.problem })) return;
      at = end.next;
      line++;
      continue;
    }
    if (record.cells.some((cell) => cell.trim() !== "") && !take(checked(line, record.cells))) return;
    at = record.next;
    line += record.lines;
  }
}

function endOfLine(text: string, from: number): { at: number; next: number } {
  const newline = text.indexOf("\n", from);
  if (newline < 0) return { at: text.length, next: text.length };
  return { at: text[newline - 1] === "\r" && newline > from ? newline - 1 : newline, next: newline + 1 };
}

function checked(line: number, cells: string[]): CsvLine {
  if (cells.length > CELLS_MAX) return { line, problem: `the line has more than ${CELLS_MAX} cells` };
  if (cells.some((cell) => cell.length > CELL_LENGTH_MAX))
    return { line, problem: `a cell has more than ${CELL_LENGTH_MAX} characters` };
  return { line, cells: cells.map((cell) => cell.trim()) };
}

interface Unread {
  problem: string;
  noCloseFrom?: number;
}

/** Reads the record that begins at `from` and holds a quote. */
function readQuoted(
  text: string,
  from: number,
  separator: string,
  noCloseFrom: number,
): { cells: string[]; next: number; lines: number } | Unread {
  const cells: string[] = [];
  let at = from;
  let lines = 1;
  for (;;) {
    while (text[at] === " " && separator !== " ") at++;
    if (text[at] === QUOTE) {
      if (at >= noCloseFrom) return { problem: NEVER_CLOSED };
      const cell = readCell(text, at + 1);
      if (cell === null) return { problem: NEVER_CLOSED, noCloseFrom: at };
      lines += cell.lines;
      if (lines > CELL_LINES_MAX) return { problem: NEVER_CLOSED };
      cells.push(cell.value);
      at = cell.next;
      while (text[at] === " ") at++;
      const after = text[at];
      if (after !== undefined && after !== separator && after !== "\n" && after !== "\r")
        return { problem: "after a closing quote there is neither a separator nor the end of the line" };
    } else {
      const end = Math.min(placeOf(text, separator, at), endOfLine(text, at).at);
      cells.push(text.slice(at, end));
      at = end;
    }
    if (text[at] === separator) {
      at++;
      if (cells.length > CELLS_MAX) return { problem: `the line has more than ${CELLS_MAX} cells` };
      continue;
    }
    return { cells, next: endOfLine(text, at).next, lines };
  }
}

const NEVER_CLOSED = "a quote opens here and is never closed";

function placeOf(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

/** The cell whose text begins at `from`, behind its quote; null if it is never closed. Two quotes stand for one. */
function readCell(text: string, from: number): { value: string; next: number; lines: number } | null {
  let at = from;
  for (;;) {
    const quote = text.indexOf(QUOTE, at);
    if (quote < 0) return null;
    if (text[quote + 1] === QUOTE) {
      at = quote + 2;
      continue;
    }
    const value = text.slice(from, quote).replaceAll('""', QUOTE);
    let lines = 0;
    for (let i = text.indexOf("\n", from); i >= 0 && i < quote; i = text.indexOf("\n", i + 1)) lines++;
    return { value, next: quote + 1, lines };
  }
}
