/** A stored value may have 2 MB. A longer blob is cut into parts; a call longer than this is folded at once. */
export const VALUE_BYTES_MAX = 1_800_000;

/** Writes a row, and counts it. */
export type Write = (sql: string, ...values: (string | number | ArrayBuffer)[]) => void;

/** Writes a blob in as many parts as it takes, in the place of the one before. */
export function writeParts(
  write: Write,
  table: "sku_groups" | "older",
  number: number,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  const parts = Math.ceil(bytes.length / VALUE_BYTES_MAX);
  for (let part = 0; part < parts; part++)
    write(
      `INSERT INTO ${table} (number, part, body) VALUES (?, ?, ?)
       ON CONFLICT (number, part) DO UPDATE SET body = excluded.body`,
      number,
      part,
      bytes.slice(part * VALUE_BYTES_MAX, (part + 1) * VALUE_BYTES_MAX).buffer,
    );
  write(`DELETE FROM ${table} WHERE number = ? AND part >= ?`, number, parts);
}

/** The parts of a blob as one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
