import { DEVICES, type Device, EVENT_TYPES, type EventType } from "./rows.ts";

/** What is asked of the objects that hold accepted events: those in [from, until), ms, of a share of the sessions. */
export interface VisitQuery {
  from: number;
  until: number;
  /** only sessions whose hash falls into this one of so many parts */
  part: number;
  parts: number;
  /** only so many, the newest; absent: all */
  newest?: number;
  /** only those of this product */
  sku?: string;
}

/** Accepted events, four numbers each: session, time (ms), kind, and place of the SKU in `skus` (−1: none). */
export interface PackedVisits {
  skus: string[];
  rows: Float64Array;
}

const WIDTH = 4;

/** Event type and device in one number. */
export function visitKind(type: EventType, device: Device): number {
  return EVENT_TYPES.indexOf(type) * DEVICES.length + DEVICES.indexOf(device);
}

/** Whether a session belongs to the part that is asked for. */
export function isWanted(visitor: number, at: number, { from, until, part, parts }: VisitQuery): boolean {
  // the lowest bits already decide which object holds a session
  return at >= from && at < until && Math.floor(visitor / 64) % parts === part;
}

/** Collects events for an answer. */
export class VisitWriter {
  readonly #skus: string[] = [];
  readonly #rows: number[] = [];

  /** `sku`: empty for an event without a product. */
  add(sku: string, visitor: number, at: number, kind: number): void {
    // the events of a SKU come one after the other
    if (sku !== "" && this.#skus.at(-1) !== sku) this.#skus.push(sku);
    this.#rows.push(visitor, at, kind, sku === "" ? -1 : this.#skus.length - 1);
  }

  /** @param newest only so many of them, newest first */
  finish(newest?: number): PackedVisits {
    const all = { skus: this.#skus, rows: Float64Array.from(this.#rows) };
    return newest === undefined ? all : newestVisits(all, newest);
  }
}

function newestVisits(packed: PackedVisits, most: number): PackedVisits {
  const found: AcceptedEvent[] = [];
  forEachVisit(packed, (visit) => {
    found.push(visit);
  });
  const writer = new VisitWriter();
  for (const { sku, visitor, at, type, device } of found.sort((a, b) => b.at - a.at).slice(0, most))
    writer.add(sku ?? "", visitor, at, visitKind(type, device));
  return writer.finish();
}

/** An accepted event. */
export interface AcceptedEvent {
  visitor: number;
  /** ms */
  at: number;
  type: EventType;
  device: Device;
  sku: string | null;
}

/** Visits the events of an answer. */
export function forEachVisit({ skus, rows }: PackedVisits, visit: (event: AcceptedEvent) => void): void {
  for (let i = 0; i < rows.length; i += WIDTH) {
    const kind = rows[i + 2]!;
    visit({
      visitor: rows[i]!,
      at: rows[i + 1]!,
      type: EVENT_TYPES[Math.floor(kind / DEVICES.length)]!,
      device: DEVICES[kind % DEVICES.length]!,
      sku: skus[rows[i + 3]!] ?? null,
    });
  }
}
