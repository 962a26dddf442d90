/** The levels of a stock, the most urgent first. */
export const STOCK_LEVELS = ["Out of stock", "Critical", "Warning", "Healthy", "No demand"] as const;
export type StockLevel = (typeof STOCK_LEVELS)[number];

export const CRITICAL_HOURS = 24;
export const WARNING_HOURS = 72;
/** Below this many units an hour there is no demand to speak of: one unit in a hundred days. */
export const UNITS_PER_HOUR_MIN = 0.01 / 24;
const WEEK_HOURS = 168;
const EIGHT_HOURS = 8;
/** Safety stock in weeks of demand, by how uneven demand is. */
const UNEVEN = { above: 0.8, weeks: 1.5 };
const EVEN = { below: 0.4, weeks: 1 };
const BETWEEN_WEEKS = 1.25;
/** Restock at once if eight hours of demand take more than this share of the stock. */
const RESTOCK_SHARE = 0.4;

/** How long a stock lasts, and what to do about it. */
export interface StockCover {
  level: StockLevel;
  /** null: no demand */
  hoursToStockout: number | null;
  /** units to keep beyond what is expected to sell; null: no demand */
  safetyStock: number | null;
  restockNow: boolean;
  /** units that bring the stock to a week of demand and the safety stock */
  restockUnits: number;
}

/**
 * Hours until the stock is sold at the mean rate of the hours in stock. An empty shelf is "Out of stock" whether or not
 * anything sold; the rate is over whole days, so that a single sale does not make a rate.
 *
 * @example 48 units, 1 an hour, variation 0.5 // Warning, 48 hours, safety stock 210, restock 330
 */
export function stockCover(stock: number, unitsPerHour: number, variation: number | null): StockCover {
  const hasDemand = unitsPerHour >= UNITS_PER_HOUR_MIN;
  const hours = hasDemand ? Math.max(0, stock) / unitsPerHour : null;
  const weekly = unitsPerHour * WEEK_HOURS;
  const safetyStock = hasDemand ? Math.ceil(weekly * safetyWeeks(variation)) : null;
  const restockNow = hasDemand && (stock <= 0 || unitsPerHour * EIGHT_HOURS > RESTOCK_SHARE * stock);
  const wanted = Math.ceil(weekly) + (safetyStock ?? 0);
  return {
    level: levelOf(stock, hours),
    hoursToStockout: stock <= 0 ? 0 : hours,
    safetyStock,
    restockNow,
    restockUnits: hasDemand ? Math.max(0, wanted - Math.max(0, stock)) : 0,
  };
}

function levelOf(stock: number, hours: number | null): StockLevel {
  if (stock <= 0) return "Out of stock";
  if (hours === null) return "No demand";
  return hours < CRITICAL_HOURS ? "Critical" : hours < WARNING_HOURS ? "Warning" : "Healthy";
}

function safetyWeeks(variation: number | null): number {
  if (variation === null) return BETWEEN_WEEKS;
  if (variation > UNEVEN.above) return UNEVEN.weeks;
  return variation < EVEN.below ? EVEN.weeks : BETWEEN_WEEKS;
}

/** What demand of this unevenness asks of the safety stock; null where nothing was sold. */
export function safetyAdvice(variation: number | null): string | null {
  if (variation === null) return null;
  const weeks = safetyWeeks(variation);
  const how = weeks === UNEVEN.weeks ? "Uneven" : weeks === EVEN.weeks ? "Even" : "Fairly even";
  return `${how} demand: keep ${weeks} ${weeks === 1 ? "week" : "weeks"} of it as safety stock`;
}

/** What lies in a warehouse, and how much was sold from it lately. */
interface WarehouseCover {
  units: number;
  outflow: number;
}

/** What lies in the warehouses counts like so many sales, so that a single sale does not say where all of it is sold. */
const SALES_AS_STOCKED = 5;

/**
 * Hours until each warehouse is empty: the product's rate is divided among them as what was sold from them lately, with
 * a few sales more as they are stocked. Null where nothing sells.
 *
 * @example 2 units an hour; 30 units of which 9 were sold, 10 units of which 1 // shares .85 and .15: 17.6 hours, 33.3 hours
 */
export function warehouseHours(
  warehouses: readonly WarehouseCover[],
  unitsPerHour: number,
): (number | null)[] {
  const stocked = warehouses.reduce((sum, { units }) => sum + Math.max(0, units), 0);
  const weights = warehouses.map(
    ({ units, outflow }) => outflow + (stocked > 0 ? (SALES_AS_STOCKED * Math.max(0, units)) / stocked : 0),
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return warehouses.map(({ units }, i) => {
    if (units <= 0) return 0;
    const rate = (unitsPerHour * weights[i]!) / all;
    return rate < UNITS_PER_HOUR_MIN ? null : units / rate;
  });
}
