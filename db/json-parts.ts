import { PLATFORM_LIMITS } from "../domain/base/platform-limits.ts";

/** UTF-16 length is a lower bound of the bytes, which are at most three times as many: this leaves room. */
const PART_CHARACTERS = PLATFORM_LIMITS.d1ValueBytes / 4;

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
