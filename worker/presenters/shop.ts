import type { z } from "@hono/zod-openapi";
import type { AggregateRecord, StockRecord } from "../../db/reads/shop.ts";
import { iso } from "../../domain/contract/page.ts";
import type { AggregateShape, BehaviourShape, StockShape } from "../../domain/contract/shop-shapes.ts";
import type { BehaviourPoint } from "../../domain/demand/behaviour-windows.ts";
import { formatMinor } from "../../domain/money/format.ts";

export function presentBehaviour(
  { at, behaviour }: BehaviourPoint,
  currency: string,
): z.infer<typeof BehaviourShape> {
  return {
    at: iso(at),
    ...behaviour,
    revenue: formatMinor(behaviour.revenue, currency),
    refundAmount: formatMinor(behaviour.refundAmount, currency),
  };
}

export function presentStock(sku: string, rows: readonly StockRecord[]): z.infer<typeof StockShape> {
  return {
    sku,
    total: rows.reduce((sum, { units }) => sum + units, 0),
    warehouses: rows.map(({ warehouse, units, at, refused }) => ({
      warehouse,
      units,
      at: iso(at),
      refused: (refused ?? []).map((event) => ({ ...event, at: iso(event.at) })),
    })),
  };
}

export function presentAggregate(row: AggregateRecord, currency: string): z.infer<typeof AggregateShape> {
  const { aggregator, available, storesTracked } = row;
  return {
    aggregator,
    available,
    min: formatMinor(row.min, currency),
    avg: formatMinor(row.avg, currency),
    max: formatMinor(row.max, currency),
    storesTracked,
    observedAt: iso(row.observedAt),
    receivedAt: iso(row.receivedAt),
  };
}
