import { EVENT_TYPES, type EventType } from "../messages/events.ts";

/** What may be asked for: a type, all types of a family such as `price.*`, or `*`. */
export const EVENT_PATTERNS: readonly [string, ...string[]] = [
  "*",
  ...new Set(EVENT_TYPES.map((type) => `${type.split(".")[0]}.*`)),
  ...EVENT_TYPES,
];

/**
 * The event types that any of the patterns names, in the order of the list.
 *
 * @example
 * typesAmong(["price.*", "override.ended"]) // ["price.applied", "price.rolled_back", "price.imported", "override.ended"]
 */
export function typesAmong(patterns: readonly string[]): EventType[] {
  return EVENT_TYPES.filter((type) =>
    patterns.some(
      (pattern) =>
        pattern === "*" ||
        pattern === type ||
        (pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1))),
    ),
  );
}
