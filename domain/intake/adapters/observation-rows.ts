/** An observation as `POST /api/ingest/observations` takes it; every value is judged later, like any other row. */
export type ObservationDraft = Record<string, unknown>;

/** What a foreign body says nothing of: when it came (ISO-8601), and the source that sent it. */
export interface AdapterContext {
  receivedAt: string;
  sourceId: string;
}

/** A foreign body as rows, or null if it is of another form. */
export type Adapter = (value: unknown, context: AdapterContext) => ObservationDraft[] | null;

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that says something, else undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** The host of an address without `www.`: what a shop is known by. */
export function hostOf(url: string | undefined): string | undefined {
  const host = url === undefined ? undefined : /^https?:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url)?.[1];
  return host?.toLowerCase().replace(/^www\./, "");
}

/** The row without the fields that nothing is known of. */
export function draftOf(fields: ObservationDraft): ObservationDraft {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
