import { roundQuantity } from "../../base/quantity.ts";
import { wideHash } from "../../base/sharding.ts";
import type { RefusedStockEvent } from "../../messages/present.ts";

/** A stock event as it is kept. */
export interface StockEvent extends RefusedStockEvent {
  effect: "set" | "add";
}

/** A warehouse's stock of one SKU: the level before the kept events, and these in order of time. */
export interface WarehouseStock {
  base: number;
  /** events before this are in `base`, ms */
  baseAt: number;
  events: StockEvent[];
  version: number;
}

export function emptyWarehouse(): WarehouseStock {
  return { base: 0, baseAt: 0, events: [], version: 0 };
}

/** Puts an event at its place in time, so that the level does not depend on the order of arrival. */
export function insertStockEvent(warehouse: WarehouseStock, event: StockEvent): void {
  let at = warehouse.events.length;
  while (at > 0 && compare(warehouse.events[at - 1]!, event) > 0) at--;
  warehouse.events.splice(at, 0, event);
}

/** A warehouse's level, and what became of it lately. */
interface StockLevel {
  units: number;
  /** units that the kept events say were sold from here: by sales, and by counts below the level before */
  outflow: number;
  /** events that would have taken the level below zero and were therefore not applied */
  refused: RefusedStockEvent[];
}

/**
 * The level after all events. What was damaged or moved by hand is no outflow, nor is the first count, which is compared
 * with nothing.
 *
 * @example count 10, sale of 3, received 5, count 9 // units 9, outflow 3 + 3
 */
export function stockLevel(warehouse: WarehouseStock): StockLevel {
  const refused: RefusedStockEvent[] = [];
  let outflow = 0;
  let before = warehouse.base;
  const units = fold(warehouse, (event, level, isRefused) => {
    if (isRefused)
      refused.push({ id: sendersId(event.id), type: event.type, quantity: event.quantity, at: event.at });
    if (event.type === "sale" || event.effect === "set") outflow += Math.max(0, before - level);
    before = level;
  });
  return { units, outflow: roundQuantity(outflow), refused };
}

/** An id as its sender wrote it: it is kept behind its source's, which holds no slash. */
function sendersId(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}

/** The level as it changed over time: from `base` on, one entry per applied event. */
export function levelSteps(warehouse: WarehouseStock): { at: number; units: number }[] {
  const steps: { at: number; units: number }[] = [];
  fold(warehouse, (event, units, isRefused) => {
    if (!isRefused) steps.push({ at: event.at, units });
  });
  return steps;
}

/** Moves the events before an instant into the base: no earlier event can come any more. */
export function settleStock(warehouse: WarehouseStock, before: number): void {
  const kept = warehouse.events.findIndex(({ at }) => at >= before);
  const settled = kept < 0 ? warehouse.events.length : kept;
  if (settled === 0) return;
  warehouse.base = fold({ ...warehouse, events: warehouse.events.slice(0, settled) }, () => {});
  warehouse.baseAt = before;
  warehouse.events = warehouse.events.slice(settled);
}

function fold(
  { base, events }: WarehouseStock,
  visit: (event: StockEvent, units: number, isRefused: boolean) => void,
): number {
  let units = base;
  for (const event of events) {
    const next = event.effect === "set" ? event.quantity : roundQuantity(units + event.quantity);
    if (next >= 0) units = next;
    visit(event, units, next < 0);
  }
  return units;
}

/** By time; at the same instant first counts, then additions, then removals; then by hash of the id. */
function compare(a: StockEvent, b: StockEvent): number {
  return a.at - b.at || rank(a) - rank(b) || wideHash(a.id) - wideHash(b.id);
}

function rank({ effect, quantity }: StockEvent): number {
  if (effect === "set") return 0;
  return quantity >= 0 ? 1 : 2;
}

/**
 * The share of [from, to) in which any warehouse had stock, 0..1. If nothing was known at the start, only the known
 * part of the span counts; null if nothing is known of it. Times in ms.
 */
export function inStockShare(warehouses: Iterable<WarehouseStock>, from: number, to: number): number | null {
  const changes: { at: number; delta: number }[] = [];
  let knownFrom = Number.POSITIVE_INFINITY;
  for (const warehouse of warehouses) {
    const firstAt = warehouse.baseAt > 0 ? warehouse.baseAt : warehouse.events[0]?.at;
    if (firstAt === undefined) continue;
    knownFrom = Math.min(knownFrom, firstAt);
    let units = warehouse.base;
    changes.push({ at: Number.NEGATIVE_INFINITY, delta: units });
    for (const step of levelSteps(warehouse)) {
      changes.push({ at: step.at, delta: step.units - units });
      units = step.units;
    }
  }
  const start = Math.max(from, knownFrom);
  if (!(start < to)) return null;
  changes.sort((a, b) => a.at - b.at);
  let total = 0;
  let inStock = 0;
  let at = start;
  for (const { at: changeAt, delta } of changes) {
    const until = Math.min(Math.max(changeAt, start), to);
    if (total > 0) inStock += until - at;
    at = until;
    total += delta;
  }
  if (total > 0) inStock += to - at;
  return Math.round((inStock / (to - start)) * 1e4) / 1e4;
}
