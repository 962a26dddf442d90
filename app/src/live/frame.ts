import type { LiveFrame, LiveItem } from "../../../domain/messages/live.ts";

function isItem(value: unknown): value is LiveItem {
  return typeof value === "object" && value !== null && typeof (value as LiveItem).type === "string";
}

/** Reads a socket message; null if it is no frame (a `pong`, or something newer than this app). */
export function parseFrame(data: unknown): LiveFrame | null {
  if (typeof data !== "string" || !data.startsWith("{")) return null;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  const { seq, reset, items } = value as { seq?: unknown; reset?: unknown; items?: unknown };
  if (typeof seq !== "number" || !Number.isFinite(seq)) return null;
  if (reset === true) return { seq, reset: true };
  return { seq, items: Array.isArray(items) ? items.filter(isItem) : [] };
}
