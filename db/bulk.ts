/** D1 takes two million bytes in a parameter; UTF-16 length is a lower bound of the bytes, so this leaves room. */
const PART_CHARACTERS = 500_000;

/**
 * One bound parameter for any number of rows: D1 takes 100 parameters a statement, so the rows travel as one JSON
 * array and come out of `json_each`. Use with `SELECT value ->> 0, value ->> 1 … FROM json_each(?1)`.
 */
export function jsonRows(rows: readonly (readonly unknown[])[]): string {
  return JSON.stringify(rows);
}

/** The same for rows that may be too large for one parameter: as many parts as it takes; none without rows. */
export function jsonRowParts(rows: readonly (readonly unknown[])[]): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (part.length > 0 && length + text.length > PART_CHARACTERS) {
      parts.push(`[${part.join(",")}]`);
      part = [];
      length = 0;
    }
    part.push(text);
    length += text.length;
  }
  return part.length > 0 ? [...parts, `[${part.join(",")}]`] : parts;
}

/** `value ->> 0, value ->> 1, …` for n columns. */
export function jsonColumns(n: number): string {
  return Array.from({ length: n }, (_, i) => `value ->> ${i}`).join(", ");
}
