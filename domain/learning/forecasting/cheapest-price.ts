import { addWeightsUpTo, componentRow, type PriceMixture, rowWeightUpTo } from "./competitor-price.ts";

/** Distribution function of ln(cheapest in-stock price), given that one is in stock. */
interface CheapestDistribution {
  /** probability that nobody is in stock */
  none: number;
  upTo(logPrice: number): number;
  below(logPrice: number): number;
  /** `upTo` of each of ascending log prices */
  upToEach(logPrices: readonly number[]): number[];
}

/**
 * P(min ≤ x) = 1 − Π (1 − F_j(x)) over independent competitors, F_j counting their in-stock weight only.
 *
 * @example
 * // 10.00, in stock half the time, against a certain 12.00
 * const { none, upTo } = cheapestDistribution([half, certain]);
 * none; // 0
 * upTo(Math.log(11)); // 0.5
 */
export function cheapestDistribution(mixtures: readonly PriceMixture[]): CheapestDistribution {
  const none = mixtures.reduce((product, { inStock }) => product * (1 - inStock), 1);
  const rows = mixtures.map(componentRow);
  const conditional = (logPrice: number, strict: boolean) => {
    let above = 1;
    for (let j = 0; j < rows.length; j++) above *= 1 - rowWeightUpTo(rows[j]!, logPrice, strict);
    return Math.min(1, (1 - above) / (1 - none));
  };
  const upToEach = (logPrices: readonly number[]) => {
    const upTo = logPrices.map(() => 1);
    const sums = logPrices.map(() => 0);
    for (let j = 0; j < rows.length; j++) {
      if (j > 0) sums.fill(0);
      addWeightsUpTo(rows[j]!, logPrices, sums);
      for (let i = 0; i < upTo.length; i++) upTo[i]! *= 1 - sums[i]!;
    }
    for (let i = 0; i < upTo.length; i++) upTo[i] = Math.min(1, (1 - upTo[i]!) / (1 - none));
    return upTo;
  };
  return { none, upTo: (x) => conditional(x, false), below: (x) => conditional(x, true), upToEach };
}

const GRID_POINTS = 41;
const GRID_DEVIATIONS = 4;

/** The distribution on a grid of 41 log prices and all atoms, ascending. */
interface PriceGrid {
  logPrice: number[];
  upTo: number[];
  below: number[];
}

export function priceGrid(mixtures: readonly PriceMixture[], distribution: CheapestDistribution): PriceGrid {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const atoms: number[] = [];
  for (const { components } of mixtures) {
    for (const { logPrice, deviation } of components) {
      low = Math.min(low, logPrice - GRID_DEVIATIONS * deviation);
      high = Math.max(high, logPrice + GRID_DEVIATIONS * deviation);
      if (deviation === 0 && !atoms.includes(logPrice)) atoms.push(logPrice);
    }
  }
  atoms.sort((a, b) => a - b);
  const logPrice: number[] = [];
  let next = 0;
  // one step beyond the grid takes the atoms that rounding left above its end
  for (let i = 0; i <= GRID_POINTS; i++) {
    const x = i < GRID_POINTS ? low + ((high - low) * i) / (GRID_POINTS - 1) : Number.POSITIVE_INFINITY;
    while (next < atoms.length && atoms[next]! <= x) logPrice.push(atoms[next++]!);
    if (i < GRID_POINTS && logPrice.at(-1) !== x) logPrice.push(x);
  }
  const upTo = distribution.upToEach(logPrice);
  const below = upTo.slice();
  // the distribution jumps only at atoms
  for (const atom of atoms) below[logPrice.indexOf(atom)] = distribution.below(atom);
  return { logPrice, upTo, below };
}

/**
 * Log price at which the distribution reaches `probability`; linear between grid points, exact at atoms.
 *
 * @example of 10.00 half the time, else 12.00: Math.exp(gridQuantile(grid, 0.4)) // 10, and at 0.6: 12
 */
export function gridQuantile(grid: PriceGrid, probability: number): number {
  const index = grid.upTo.findIndex((value) => value >= probability);
  if (index < 0) return grid.logPrice.at(-1)!;
  const below = grid.below[index]!;
  if (index === 0 || below < probability) return grid.logPrice[index]!;
  const left = grid.logPrice[index - 1]!;
  const reached = grid.upTo[index - 1]!;
  return left + ((grid.logPrice[index]! - left) * (probability - reached)) / (below - reached);
}

/**
 * Mean price, e^x, under the gridded distribution.
 *
 * @example of 10.00 half the time, else 12.00: gridMeanPrice(grid) // 11
 */
export function gridMeanPrice(grid: PriceGrid): number {
  let mean = 0;
  let mass = 0;
  let previous = 0;
  const { logPrice, upTo, below } = grid;
  for (let i = 0; i < logPrice.length; i++) {
    const x = logPrice[i]!;
    const between = below[i]! - previous;
    const atom = upTo[i]! - below[i]!;
    const ofBetween = between > 0 ? between * Math.exp(i === 0 ? x : (x + logPrice[i - 1]!) / 2) : 0;
    const ofAtom = atom > 0 ? atom * Math.exp(x) : 0;
    mean += ofBetween + ofAtom;
    mass += Math.max(0, between) + Math.max(0, atom);
    previous = upTo[i]!;
  }
  return mean / mass;
}
