import { demandVariance, expectedSales } from "./sales.ts";

/** Expected sales out of a stock as a function of the log of mean demand, tabulated; linear in between. */
export interface SalesCurve {
  /** log mean of the first node, and the distance between two nodes */
  from: number;
  step: number;
  /** ascending */
  sales: Float64Array;
}

const NODES = 33;
/**
 * The table spans demand from base/12 to 12·base: more than any price change under consideration moves it.
 */
const REACH = 2.5;

/** Tabulates expected sales around a mean demand of `base`. */
export function salesCurve(base: number, phi: number, logVar: number, stock: number): SalesCurve {
  const from = Math.log(base) - REACH;
  const step = (2 * REACH) / (NODES - 1);
  const sales = new Float64Array(NODES);
  for (let j = 0; j < NODES; j++) {
    const mean = Math.exp(from + step * j);
    const sold = expectedSales(mean, demandVariance(mean, phi, logVar), stock);
    // The change from the exact sum to the approximation may not make the table fall.
    sales[j] = j > 0 ? Math.max(sold, sales[j - 1]!) : sold;
  }
  return { from, step, sales };
}

/** Expected sales at a log mean of demand. */
export function salesAt(curve: SalesCurve, logMean: number): number {
  const position = Math.min(NODES - 1, Math.max(0, (logMean - curve.from) / curve.step));
  const below = Math.min(NODES - 2, Math.floor(position));
  const low = curve.sales[below]!;
  return low + (position - below) * (curve.sales[below + 1]! - low);
}

/** The log mean of demand at which `units` are sold; Infinity if the stock never allows it. */
export function logDemandFor(curve: SalesCurve, units: number): number {
  if (units > curve.sales[NODES - 1]!) return Number.POSITIVE_INFINITY;
  let j = 0;
  while (j < NODES - 2 && curve.sales[j + 1]! < units) j++;
  const low = curve.sales[j]!;
  const width = curve.sales[j + 1]! - low;
  return curve.from + curve.step * (width > 0 ? j + (units - low) / width : j);
}
