import { charmCount, charmPrices, nearestCharm } from "../guardrails/charm.ts";

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
  currency: string;
  current: number;
  /** the allowed range, lo ≤ hi */
  lo: number;
  hi: number;
  /** the optimum without limits, real; 0 = as low as possible */
  optimum: number;
  charmEndings: boolean;
  /** prices that must be on the grid: the exact floor and the ends of the guardrails */
  always: readonly number[];
}

function addPoint(points: Set<number>, price: number, request: GridRequest): void {
  const whole = request.charmEndings ? nearestCharm(price, request.currency) : Math.round(price);
  if (whole >= 1) points.add(whole);
}

/**
 * Prices of [lo, hi]: all (charm) prices if they are few, else 1 % steps around the optimum and an even
 * spread.
 */
function addInner(points: Set<number>, request: GridRequest): void {
  const { lo, hi, charmEndings, currency } = request;
  const count = charmEndings ? charmCount(lo, hi, currency) : hi - lo + 1;
  if (count <= INNER - COUNT_SLACK) {
    if (charmEndings) for (const price of charmPrices(lo, hi, currency, INNER)) points.add(price);
    else for (let price = lo; price <= hi; price++) points.add(price);
    return;
  }
  const centre = Math.min(hi, Math.max(lo, request.optimum));
  const width = Math.log(hi / lo);
  const onePercent = Math.log(1.01);
  const stepped = Math.min(INNER / 2, Math.floor(width / onePercent));
  const even = INNER - stepped;
  for (let j = 0; j < stepped; j++) {
    const price = centre * Math.exp(onePercent * (j - stepped / 2));
    if (price >= lo && price <= hi) addPoint(points, price, request);
  }
  for (let j = 0; j < even; j++) addPoint(points, lo * Math.exp((width * j) / (even - 1)), request);
}

/** How far each price beyond the allowed range lies from its end, as a factor. */
const OUTER_FACTORS = Array.from({ length: OUTER_EACH_SIDE }, (_, j) =>
  Math.exp((Math.log(OUTER_REACH) * (j + 1)) / OUTER_EACH_SIDE),
);

function addOuter(points: Set<number>, request: GridRequest): void {
  for (const far of OUTER_FACTORS) {
    addPoint(points, request.lo / far, request);
    addPoint(points, request.hi * far, request);
  }
}

/**
 * The candidate prices of one decision: integer minor units, ascending, distinct, at most 64. Always there:
 * the current price, the `always` prices within ten times of it, and the optimum, unlimited and within the
 * allowed range. The allowed range is covered by the charm prices (or by every price) if they are few, else
 * thinned to 1 % steps around the optimum; a few prices beyond it show what the limits cost.
 */
export function candidateGrid(request: GridRequest): Float64Array {
  const points = new Set<number>([request.current]);
  const addWhole = (price: number): void => {
    const whole = Math.round(price);
    const isNear = whole * FARTHEST >= request.current && whole <= request.current * FARTHEST;
    if (whole >= 1 && isNear) points.add(whole);
  };
  for (const price of request.always) addWhole(price);
  addWhole(Math.min(request.hi, Math.max(request.lo, request.optimum)));
  addWhole(request.optimum);
  addInner(points, request);
  addOuter(points, request);
  const grid = new Float64Array(points.size);
  let size = 0;
  for (const price of points) grid[size++] = price;
  return grid.sort();
}
