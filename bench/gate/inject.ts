import { key, uniform } from "../../domain/prng/keyed.ts";
import { stringHash } from "../../domain/sharding.ts";
import type { PriceSeries } from "./series.ts";

/** What goes wrong on pages, and what it makes of a price in cents. */
export const ERRORS = {
  x10: (price: number) => price * 10,
  "/10": (price: number) => Math.max(1, Math.round(price / 10)),
  x100: (price: number) => price * 100,
  "0.01": () => 1,
  "x6 pack": (price: number) => price * 6,
  "x0.5": (price: number) => Math.max(1, Math.round(price * 0.5)),
  "x1.8": (price: number) => Math.round(price * 1.8),
} as const;
export type ErrorKind = keyof typeof ERRORS;
export const ERROR_KINDS = Object.keys(ERRORS) as ErrorKind[];

const SHARE_OF_CHANGES = 0.025;
const LONG_STAY = 3;

/** An observation of a series, and what is wrong with it; null = it is right. */
export interface Look {
  at: number;
  price: number;
  error: ErrorKind | null;
}

/**
 * Puts errors into a share of the price changes, the first price of a series among them: the wrong price shows for one
 * observation in half of the cases, for three in the other half. Depends on the seed and the series alone.
 */
export function inject({ id, points }: PriceSeries, seed: number): Look[] {
  const looks: Look[] = points.map((point) => ({ ...point, error: null }));
  const name = stringHash(id) | 0;
  for (const [i, { price }] of points.entries()) {
    const isChange = i === 0 || price !== points[i - 1]!.price;
    if (!isChange || looks[i]!.error !== null) continue;
    if (uniform(key(seed, name, i, 1)) >= SHARE_OF_CHANGES) continue;
    const kind = ERROR_KINDS[Math.floor(uniform(key(seed, name, i, 2)) * ERROR_KINDS.length)]!;
    const stay = uniform(key(seed, name, i, 3)) < 0.5 ? 1 : LONG_STAY;
    const wrong = ERRORS[kind](price);
    for (const look of looks.slice(i, i + stay))
      if (look.price !== wrong) Object.assign(look, { price: wrong, error: kind });
  }
  return looks;
}
