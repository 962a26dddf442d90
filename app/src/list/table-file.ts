/** The text of a table's cells, row by row, as it is shown; lines of a cell are joined by a blank. */
function cellsOf(table: HTMLTableElement): string[][] {
  return [...table.rows].map((row) =>
    [...row.cells].map(({ innerText, textContent }) =>
      (innerText || textContent).replace(/\s+/g, " ").trim(),
    ),
  );
}

/** Hands a table of the page to the person as a CSV file. */
export async function downloadTable(table: HTMLTableElement, name: string): Promise<void> {
  // only whoever exports something loads what writes CSV
  const { stringify } = await import("csv-stringify/browser/esm/sync");
  const text = stringify(cellsOf(table), { record_delimiter: "\r\n", escape_formulas: true });
  // the mark of byte order tells spreadsheets that it is UTF-8
  downloadFile(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }), name);
}

/** @param name without its ending */
export function downloadFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
