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

/** The grid price nearest below or at x, clipped into the bounds. */
export function snap(grid: PriceGrid, x: number): number {
  const down = Math.floor((x + 1) / grid.step) * grid.step - 1;
  const near = x - down > grid.step / 2 ? down + grid.step : down;
  if (near < grid.low) return firstPrice(grid);
  if (near > grid.high) return lastPrice(grid);
  return near;
}

/** Smallest grid price not below the lower bound; the bound itself when the grid has none inside. */
export function firstPrice(grid: PriceGrid): number {
  const first = Math.ceil((grid.low + 1) / grid.step) * grid.step - 1;
  return first <= grid.high ? first : Math.ceil(grid.low);
}

/** Largest grid price not above the upper bound; the bound itself when the grid has none inside. */
export function lastPrice(grid: PriceGrid): number {
  const last = Math.floor((grid.high + 1) / grid.step) * grid.step - 1;
  return last >= grid.low ? last : Math.floor(grid.high);
}
