import { assertWithin, PLATFORM_LIMITS, type PlatformLimit } from "../../domain/base/platform-limits.ts";

const encoder = new TextEncoder();

/** A UTF-16 unit takes at most three bytes in UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

/** Bytes of a value as it is stored; of a text only as exactly as needed to tell whether it is above `most`. */
function bytesOf(value: unknown, most: number): number {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "string") return 0;
  return value.length * BYTES_PER_UNIT_MAX <= most ? value.length : encoder.encode(value).length;
}

/** @throws PlatformLimitError if a text or blob is larger than the limit */
export function assertFits(limit: PlatformLimit, value: unknown): void {
  const most = PLATFORM_LIMITS[limit];
  assertWithin(limit, bytesOf(value, most), most);
}

/** Bytes of a message or a value that travels as JSON. */
export function jsonBytes(value: unknown): number {
  return encoder.encode(typeof value === "string" ? value : JSON.stringify(value)).length;
}
