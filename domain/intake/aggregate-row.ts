import { z } from "zod";
import { type MoneyInput, parseMinor } from "../base/money.ts";
import type { AggregateRow } from "../messages/rows.ts";
import { FUTURE_TOLERANCE_MS, type ProductRef } from "./observation-row.ts";
import { parseInstant, ROW_CODE_OF_MONEY, type RowResult, readForm, refuseRow } from "./row-fields.ts";

const name = z.string().trim().min(1).max(200);
const money = z
  .union(
    [z.string().max(64), z.number(), z.strictObject({ minor: z.number(), currency: z.string().max(16) })],
    "a decimal string, a number, or { minor, currency }",
  )
  .describe('decimal string ("129.90"), number, or { minor, currency }');

/** What a price comparison site shows of a product, as it is posted. */
export const AggregateInput = z
  .strictObject({
    sku: name,
    aggregator: name,
    available: z.boolean(),
    min: money,
    avg: money,
    max: money,
    storesTracked: z.int().nonnegative().max(1e6),
    observedAt: z
      .union([z.string().max(64), z.number()], "an ISO-8601 instant, epoch seconds or milliseconds")
      .describe("ISO-8601 with its zone, or epoch seconds; from 1e12 on, milliseconds"),
  })
  .describe("A comparison site's figures over all the stores that it tracks: shown beside offers, never one");
export type AggregateInput = z.infer<typeof AggregateInput>;

export function readAggregate(value: unknown, row: number): RowResult<AggregateInput> {
  return readForm(AggregateInput, value, row);
}

/** Reads the values of a row whose product is known. `now`: ms. */
export function typeAggregate(
  input: AggregateInput,
  product: ProductRef,
  row: number,
  now: number,
): RowResult<AggregateRow> {
  const min = readPrice(input.min, "min", product.currency, row);
  if (!min.ok) return min;
  const avg = readPrice(input.avg, "avg", product.currency, row);
  if (!avg.ok) return avg;
  const max = readPrice(input.max, "max", product.currency, row);
  if (!max.ok) return max;
  if (min.value > avg.value || avg.value > max.value)
    return refuseRow(row, "bad_price", "avg", "min, avg and max are not in this order");
  const observedAt = parseInstant(input.observedAt);
  if (observedAt === null)
    return refuseRow(row, "bad_time", "observedAt", "observedAt is not an instant with its time zone");
  if (observedAt > now + FUTURE_TOLERANCE_MS)
    return refuseRow(
      row,
      "future_time",
      "observedAt",
      "observedAt is more than five minutes ahead of our clock",
    );
  const { aggregator, available, storesTracked } = input;
  const prices = { min: min.value, avg: avg.value, max: max.value };
  return {
    ok: true,
    value: { row, sku: product.sku, aggregator, available, ...prices, storesTracked, observedAt },
  };
}

function readPrice(value: MoneyInput, path: string, currency: string, row: number): RowResult<number> {
  const result = parseMinor(value, currency);
  if (result.ok) return { ok: true, value: result.minor };
  return refuseRow(row, ROW_CODE_OF_MONEY[result.code], path, result.message);
}
