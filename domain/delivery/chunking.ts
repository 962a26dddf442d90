import { PLATFORM_LIMITS } from "../base/platform-limits.ts";
import type { PackedRows } from "../messages/batch.ts";

/**
 * Bytes of rows in one chunk. Queue operations are billed per 64 KB, so a message stays just under that with its
 * envelope (ids of up to a few hundred bytes).
 */
export const CHUNK_BYTES_MAX = 62_000;

/** A row above this cannot travel: a queue message holds it with its envelope. */
export const ROW_BYTES_MAX = PLATFORM_LIMITS.queueMessageBytes - 8_000;

/** Consecutive rows of a batch that travel together; `bytes` is the UTF-8 size of their JSON. */
export interface RowChunk {
  rows: { row: number; value?: unknown; bytes?: number }[];
  bytes: number;
}

/** `{"row":,"value":},` and the digits of a row number below 10^5. */
const ROW_FRAME_BYTES = 24;

/**
 * Cuts a batch into chunks by the size of its rows, in order, every row in exactly one chunk. A row above the
 * chunk's size goes alone; one above ROW_BYTES_MAX goes without its value but with its size, and is rejected
 * where rows are judged.
 */
export function packRows(values: readonly unknown[]): RowChunk[] {
  const chunks: RowChunk[] = [];
  let open: RowChunk | null = null;
  values.forEach((value, row) => {
    const size = utf8Length(JSON.stringify(value) ?? "null");
    const packed = size > ROW_BYTES_MAX ? { row, bytes: size } : { row, value };
    const bytes = (size > ROW_BYTES_MAX ? 0 : size) + ROW_FRAME_BYTES;
    if (!open || open.bytes + bytes > CHUNK_BYTES_MAX) {
      open = { rows: [], bytes: 0 };
      chunks.push(open);
    }
    open.rows.push(packed);
    open.bytes += bytes;
  });
  return chunks;
}

/** UTF-8 takes at most this many bytes for a UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3;

/** The same cut as text. A batch that surely fits one chunk is written in one go. */
export function packText(values: readonly unknown[]): PackedRows[] {
  if (values.length === 0) return [];
  const text = JSON.stringify(values.map((value, row) => ({ row, value })));
  if (text.length * BYTES_PER_UNIT_MAX <= CHUNK_BYTES_MAX)
    return [{ text, count: values.length, bytes: utf8Length(text) }];
  return packRows(values).map(({ rows, bytes }) => ({
    text: JSON.stringify(rows),
    count: rows.length,
    bytes,
  }));
}

/** Bytes of a string in UTF-8. A lone surrogate counts as its replacement character's three. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2; // four bytes for the two units
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
