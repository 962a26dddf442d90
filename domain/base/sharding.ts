import { key, mix } from "./keyed-random.ts";

/** Objects that accept batches. Fixed: a batch's object is found from its id for as long as its receipt lives. */
export const INBOX_COUNT = 8;

/** Objects that hold the shop's sessions. Sessions live for days only, so changing the number loses little. */
export const VISITOR_COUNT = 16;

/**
 * Stable hash of a string, unsigned 32-bit: the same string has the same hash in every runtime and release. Takes
 * UTF-16 code units two at a time.
 *
 * @example
 * stringHash("AUR-100") // 3248859687
 */
export function stringHash(text: string): number {
  let hash = key(text.length);
  for (let i = 0; i < text.length; i += 2)
    hash = mix(hash, text.charCodeAt(i) | ((i + 1 < text.length ? text.charCodeAt(i + 1) : 0) << 16));
  return hash;
}

/** Stable hash of a string, 52 bits: the chance that any two of a hundred thousand names collide is one in a million. */
export function wideHash(text: string): number {
  return stringHash(text) * 2 ** 20 + (stringHash(`.${text}`) >>> 12);
}

/**
 * The shard in 0..count-1 that holds a name.
 * @throws RangeError if count is not a positive integer
 *
 * @example
 * shardOf("AUR-100", 128) // 39
 */
export function shardOf(name: string, count: number): number {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`shard count must be positive, got ${count}`);
  return stringHash(name) % count;
}
