/** An observation as `POST /api/ingest/observations` takes it; its values are judged later like those of any row. */
export type ObservationDraft = Record<string, unknown>;

/** What the body does not say: when it was received (ISO-8601), and the source that sent it. */
export interface AdapterContext {
  receivedAt: string;
  sourceId: string;
}

/** Reads a body of another system as rows; null if it has another form. */
export type Adapter = (value: unknown, context: AdapterContext) => ObservationDraft[] | null;

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that is not blank, trimmed; else undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** The host of an address without `www.`, by which a shop is known. */
export function hostOf(url: string | undefined): string | undefined {
  const host = url === undefined ? undefined : /^https?:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url)?.[1];
  return host?.toLowerCase().replace(/^www\./, "");
}

/** The row without its unknown fields. */
export function draftOf(fields: ObservationDraft): ObservationDraft {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
