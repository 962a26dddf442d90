import { levelSteps, type WarehouseStock } from "./warehouse.ts";

/**
 * The share of [from, to) in which any warehouse held stock, 0..1; of a span that began before anything was known the
 * known part. Null if nothing is known of it. Times in ms.
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
