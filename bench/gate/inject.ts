import { key, uniform } from "../../domain/base/keyed-random.ts";
import { stringHash } from "../../domain/base/sharding.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import type { PriceSeries } from "./series.ts";

/** What goes wrong on pages, and what it makes of a price in cents. */
const ERRORS = {
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

/**
 * How a wrong price stays for three observations. level: it replaces the next two, whatever they were · factor: the
 * next two are wrong by the same factor · extra: it is seen three times before the right one is, which is seen too
 */
export const STAYS = ["level", "factor", "extra"] as const;
export type Stay = (typeof STAYS)[number];

const SHARE_OF_CHANGES = 0.025;
const LONG_STAY = 3;
/** Positions that count as the first of a series. */
const EARLY = 5;
const EXTRA_LOOK_MS = 6 * HOUR_MS;

/** Where an observation is wrong. */
interface InjectedError {
  kind: ErrorKind;
  /** observations for which it stays: 1 or 3 */
  stay: number;
  /** among the first five points of its series */
  early: boolean;
  /** the first observation of it */
  first: boolean;
}

/** An observation of a series, and what is wrong with it; null = it is right. */
export interface Look {
  at: number;
  price: number;
  error: InjectedError | null;
  /** a right one that follows a wrong one */
  after: boolean;
}

/**
 * Puts errors into a share of the price changes, the first price of a series among them: the wrong price shows for one
 * observation in half of the cases, for three in the other half. Depends on the seed and the series alone.
 */
export function inject({ id, points }: PriceSeries, seed: number, mode: Stay): Look[] {
  const looks: Look[] = points.map((point) => ({ ...point, error: null, after: false }));
  const extras: Look[] = [];
  const name = stringHash(id) | 0;
  let changes = 0;
  for (const [i, { at, price }] of points.entries()) {
    const isChange = i === 0 || price !== points[i - 1]!.price;
    if (isChange) changes++;
    if (!isChange || looks[i]!.error !== null) continue;
    if (uniform(key(seed, name, i, 1)) >= SHARE_OF_CHANGES) continue;
    const kind = ERROR_KINDS[Math.floor(uniform(key(seed, name, i, 2)) * ERROR_KINDS.length)]!;
    const stay = uniform(key(seed, name, i, 3)) < 0.5 ? 1 : LONG_STAY;
    const error = (first: boolean) => ({ kind, stay, early: changes <= EARLY, first });
    const wrong = ERRORS[kind](price);
    if (mode === "extra") {
      for (let k = 0; k < stay; k++)
        extras.push({
          at: at - (stay - k) * EXTRA_LOOK_MS,
          price: wrong,
          error: error(k === 0),
          after: false,
        });
      continue;
    }
    for (const [k, look] of looks.slice(i, i + stay).entries()) {
      const shown = mode === "factor" ? ERRORS[kind](look.price) : wrong;
      if (look.price !== shown) Object.assign(look, { price: shown, error: error(k === 0) });
    }
  }
  const all = [...looks, ...extras].sort((a, b) => a.at - b.at);
  for (const [i, look] of all.entries()) look.after = look.error === null && all[i - 1]?.error != null;
  return all;
}
