/** A list's page: `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 500;

/** Instants leave the API as ISO-8601 UTC. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
