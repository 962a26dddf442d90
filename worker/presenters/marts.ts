import type { z } from "@hono/zod-openapi";
import type { customerScores, pricingAnalysis, productPerformance } from "../../db/schema.ts";
import { segmentOf } from "../../domain/analysis/rfm.ts";
import { formatMinor } from "../../domain/base/money.ts";
import type { QuantityUnit } from "../../domain/base/quantity.ts";
import type { CustomerScores, PricingAnalysis, ProductPerformance } from "../../domain/contract/marts.ts";

type Shown<Row, Name extends keyof Row> = Omit<Row, Name> & Record<Name, string>;

/** A row with these fields as amounts of money. */
export function withMoney<Row extends object, Name extends keyof Row>(
  row: Row,
  names: readonly Name[],
  currency: string,
): Shown<Row, Name> {
  const amounts = names.map((name) => [name, formatMinor(row[name] as number, currency)] as const);
  return { ...row, ...(Object.fromEntries(amounts) as Record<Name, string>) };
}

/** Scores with the segment that they make. */
export function withSegment(
  row: Shown<typeof customerScores.$inferSelect, "spend">,
): z.infer<typeof CustomerScores> {
  const { devices: _, ...shown } = row;
  return { ...shown, segment: segmentOf(row) };
}

/** A share or a quotient with four decimals. */
export function rounded(value: number | null, digits = 4): number | null {
  return value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}

function orNull(minor: number | null, currency: string): string | null {
  return minor === null ? null : formatMinor(minor, currency);
}

export function presentPerformance(
  row: typeof productPerformance.$inferSelect,
  quantityUnit: QuantityUnit | undefined,
): z.infer<typeof ProductPerformance> {
  const { inStockDays: _, ...shown } = withMoney(row, ["revenue", "priorRevenue"], row.currency);
  return {
    ...shown,
    avgSalePrice: orNull(row.avgSalePrice, row.currency),
    conversion: rounded(row.conversion),
    variation: rounded(row.variation),
    unitsPerHour: rounded(row.unitsPerHour, 5)!,
    ...(quantityUnit && { quantityUnit }),
  };
}

export function presentPricing(
  row: typeof pricingAnalysis.$inferSelect,
  quantityUnit: QuantityUnit | undefined,
): z.infer<typeof PricingAnalysis> {
  const { currency } = row;
  return {
    ...row,
    price: formatMinor(row.price, currency),
    minCompetitor: orNull(row.minCompetitor, currency),
    avgCompetitor: orNull(row.avgCompetitor, currency),
    maxCompetitor: orNull(row.maxCompetitor, currency),
    proposedPrice: orNull(row.proposedPrice, currency),
    unitsPerDay: rounded(row.unitsPerDay),
    ...(quantityUnit && { quantityUnit }),
  };
}
