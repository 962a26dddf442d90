import { normal, uniform } from "../../domain/base/keyed-random.ts";
import type { Competitor } from "./world.ts";

const OUT_OF_STOCK = 30;
const OUT_LENGTH = 31;
const EVENT = 32;
const SIZE = 33;
const DEPTH = 34;
const MOVE = 40;

/** A competitor's state on the current day. */
export interface Rival {
  readonly competitor: Competitor;
  /** Regular price; only sticky competitors move it for good. */
  anchor: number;
  price: number;
  /** Days it stays out of stock, 0 when in stock. */
  outDays: number;
  /** Days its promotion still runs. */
  promoDays: number;
}

export function createRival(competitor: Competitor): Rival {
  return { competitor, anchor: competitor.anchor, price: competitor.anchor, outDays: 0, promoDays: 0 };
}

/**
 * One day of competitor j of SKU i: stock-outs, then its pricing habit. A follower reacts to `seen`, our price
 * it last saw, and does not go under 1.06 times `cost`.
 */
export function stepRival(
  rival: Rival,
  seed: number,
  i: number,
  j: number,
  day: number,
  seen: number,
  cost: number,
): void {
  if (rival.outDays > 0) rival.outDays--;
  else if (uniform(seed, OUT_OF_STOCK, i, j, day) < 0.015) {
    rival.outDays = 1 + Math.floor(-5 * Math.log(uniform(seed, OUT_LENGTH, i, j, day)));
  }
  const event = uniform(seed, EVENT, i, j, day);
  switch (rival.competitor.kind) {
    case "sticky":
      if (event < 1 / 20) rival.anchor *= Math.exp(0.05 * normal(seed, MOVE, i, j, day));
      rival.price = rival.anchor;
      return;
    case "follower":
      if (event < 0.25) {
        const answer = Math.max(1.06 * cost, seen * (0.97 + 0.02 * uniform(seed, SIZE, i, j, day)));
        rival.price = Math.min(1.15 * rival.anchor, Math.max(0.75 * rival.anchor, answer));
      }
      return;
    case "promo":
      stepPromotion(rival, event, seed, i, j, day);
      return;
    case "erratic":
      if (event < 0.2) rival.price = rival.anchor * Math.exp(0.08 * normal(seed, MOVE, i, j, day));
  }
}

function stepPromotion(rival: Rival, event: number, seed: number, i: number, j: number, day: number): void {
  if (rival.promoDays > 0) {
    rival.promoDays--;
    if (rival.promoDays === 0) rival.price = rival.anchor;
  } else if (event < 1 / 25) {
    rival.promoDays = 3 + Math.floor(5 * uniform(seed, SIZE, i, j, day));
    rival.price = rival.anchor * (0.75 + 0.12 * uniform(seed, DEPTH, i, j, day));
  }
}
