import { z } from "zod";
import type { AggregateRow } from "../messages/rows.ts";
import {
  instantField,
  moneyField,
  nameField,
  type PostedBy,
  type ProductRef,
  type RowResult,
  readInstant,
  readMoney,
  refuseRow,
} from "./row-fields.ts";

/** What a price comparison site shows of a product, as it is posted. */
export const AggregateInput = z
  .strictObject({
    sku: nameField,
    aggregator: nameField,
    available: z.boolean(),
    min: moneyField,
    avg: moneyField,
    max: moneyField,
    storesTracked: z.int().nonnegative().max(1e6),
    observedAt: instantField,
  })
  .describe("A comparison site's figures over all the stores that it tracks: shown beside offers, never one");
export type AggregateInput = z.infer<typeof AggregateInput>;

/** Reads the values of a row whose product is known. */
export function typeAggregate(
  input: AggregateInput,
  { sku, currency }: ProductRef,
  row: number,
  { now }: PostedBy,
): RowResult<AggregateRow> {
  const min = readMoney(input.min, "min", currency, row);
  if (!min.ok) return min;
  const avg = readMoney(input.avg, "avg", currency, row);
  if (!avg.ok) return avg;
  const max = readMoney(input.max, "max", currency, row);
  if (!max.ok) return max;
  if (min.value > avg.value || avg.value > max.value)
    return refuseRow(row, "bad_price", "avg", "min, avg and max are not in this order");
  const observedAt = readInstant(input.observedAt, "observedAt", now, row);
  if (!observedAt.ok) return observedAt;
  const { aggregator, available, storesTracked } = input;
  const prices = { min: min.value, avg: avg.value, max: max.value };
  const value = { row, sku, aggregator, available, ...prices, storesTracked, observedAt: observedAt.value };
  return { ok: true, value };
}
