import { charmCount, charmPrices, nearestCharm } from "../guardrails/charm.ts";
import { nearestPayable, type PricePoints, payableFrom, payableUpTo } from "../price-points.ts";

/** At most this many candidates lie inside the allowed range; the others show what lies beyond it. */
const INNER = 40;
/** The estimate of a charm count may be this much too low. */
const COUNT_SLACK = 5;
const OUTER_EACH_SIDE = 6;
/** How far beyond the allowed range the grid looks: one more step of this size. */
const OUTER_REACH = 1.15;

/**
 * Prices this many times dearer or cheaper than the current one are not looked at: no demand model reaches
 * there.
 */
const FARTHEST = 10;

interface GridRequest {
  points: PricePoints;
  current: number;
  /** the allowed range, lo ≤ hi */
  lo: number;
  hi: number;
  /** the optimum without limits, real; 0 = as low as possible */
  optimum: number;
  charmEndings: boolean;
  /** limits whose first payable price inside must be on the grid: the floor and the ends of the guardrails */
  from: readonly number[];
  upTo: readonly number[];
}

function addPoint(grid: Set<number>, price: number, request: GridRequest): void {
  grid.add(
    request.charmEndings ? nearestCharm(price, request.points) : nearestPayable(price, request.points),
  );
}

/**
 * Prices of [lo, hi]: all (charm) prices if they are few, else 1 % steps around the optimum and an even
 * spread.
 */
function addInner(grid: Set<number>, request: GridRequest): void {
  const { lo, hi, charmEndings, points } = request;
  const { step } = points;
  const count = charmEndings ? charmCount(lo, hi, points) : (hi - lo) / step + 1;
  if (count <= INNER - COUNT_SLACK) {
    if (charmEndings) for (const price of charmPrices(lo, hi, points, INNER)) grid.add(price);
    else for (let price = payableFrom(lo, points); price <= hi; price += step) grid.add(price);
    return;
  }
  const centre = Math.min(hi, Math.max(lo, request.optimum));
  const width = Math.log(hi / lo);
  const onePercent = Math.log(1.01);
  const stepped = Math.min(INNER / 2, Math.floor(width / onePercent));
  const even = INNER - stepped;
  for (let j = 0; j < stepped; j++) {
    const price = centre * Math.exp(onePercent * (j - stepped / 2));
    if (price >= lo && price <= hi) addPoint(grid, price, request);
  }
  for (let j = 0; j < even; j++) addPoint(grid, lo * Math.exp((width * j) / (even - 1)), request);
}

/** How far each price beyond the allowed range lies from its end, as a factor. */
const OUTER_FACTORS = Array.from({ length: OUTER_EACH_SIDE }, (_, j) =>
  Math.exp((Math.log(OUTER_REACH) * (j + 1)) / OUTER_EACH_SIDE),
);

function addOuter(grid: Set<number>, request: GridRequest): void {
  for (const far of OUTER_FACTORS) {
    addPoint(grid, request.lo / far, request);
    addPoint(grid, request.hi * far, request);
  }
}

/**
 * The candidate prices of one decision: payable, ascending, distinct, at most 64. Always there: the current price,
 * whether payable or not; the first payable price inside each limit within ten times of it; and the optimum, unlimited
 * and within the allowed range. The allowed range is covered by the charm prices (or by every payable price) if they
 * are few, else thinned to 1 % steps around the optimum; a few prices beyond it show what the limits cost.
 */
export function candidateGrid(request: GridRequest): Float64Array {
  const { points, current, lo, hi, optimum } = request;
  const grid = new Set<number>([current]);
  const addPayable = (price: number): void => {
    const isNear = price * FARTHEST >= current && price <= current * FARTHEST;
    if (price >= 1 && isNear) grid.add(price);
  };
  for (const price of request.from) addPayable(payableFrom(price, points));
  for (const price of request.upTo) addPayable(payableUpTo(price, points));
  addPayable(nearestPayable(Math.min(hi, Math.max(lo, optimum)), points));
  addPayable(nearestPayable(optimum, points));
  addInner(grid, request);
  addOuter(grid, request);
  const prices = new Float64Array(grid.size);
  let size = 0;
  for (const price of grid) prices[size++] = price;
  return prices.sort();
}
