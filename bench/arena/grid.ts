/** Below this mid price, minor units, ten units are too coarse a step: every whole price is in the grid. */
const WHOLE_BELOW = 200;

/**
 * Integer price grid: the charm prices (one minor unit under a multiple of the step) between two bounds. The
 * step is a tenth of a per cent of the geometric mid price, in tens, and at least ten; one where prices are small.
 */
export interface PriceGrid {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** The grid between two prices in minor units; low <= high. */
export function priceGrid(low: number, high: number): PriceGrid {
  const mid = Math.sqrt(low * high);
  return { low, high, step: mid < WHOLE_BELOW ? 1 : Math.max(10, 10 * Math.round(0.001 * mid)) };
}

/** Smallest grid price not below the lower bound; the bound itself when the grid has none inside. */
export function firstPrice(grid: PriceGrid): number {
  const first = Math.ceil((grid.low + 1) / grid.step) * grid.step - 1;
  return first <= grid.high ? first : Math.ceil(grid.low);
}
