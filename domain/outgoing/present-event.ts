import { formatMinor } from "../base/money.ts";
import type { EventBody } from "../messages/events.ts";

/** An event with its number and its instant (ms). */
export interface KeptEvent extends Omit<EventBody, "subject"> {
  seq: number;
  at: number;
}

/** The fields of an event's data that hold money. */
const MONEY = ["from", "to", "price"] as const;

/** An event as it leaves the install: money as decimal strings, times as ISO-8601. */
export function presentEvent({ seq, type, at, sku, data }: KeptEvent) {
  return { id: eventId(seq), seq, type, timestamp: new Date(at).toISOString(), sku, data: shown(data) };
}

/** The id of the message that carries an event, whoever gets it and however often. */
function eventId(seq: number): string {
  return `evt_${seq}`;
}

function shown(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { currency } = data;
  if (typeof currency !== "string") return { ...data };
  const amounts = MONEY.flatMap((name) => {
    const minor = data[name];
    return typeof minor === "number" ? [[name, formatMinor(minor, currency)] as const] : [];
  });
  return { ...data, ...Object.fromEntries(amounts) };
}
