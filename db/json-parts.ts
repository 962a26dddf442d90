/** D1 takes two million bytes in a parameter; UTF-16 length is a lower bound of the bytes, so this leaves room. */
const PART_CHARACTERS = 500_000;

/** Rows as JSON arrays that each fit one parameter of a statement; none without rows. */
export function jsonParts(rows: readonly unknown[]): string[] {
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
