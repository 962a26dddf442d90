type Given<T> = { [K in keyof T]?: Exclude<T[K], null> };

/** Leaves out what is null: an optional field is absent from an answer, never null. */
export function given<T extends Record<string, unknown>>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Given<T>;
}
