import { key, uniformOf } from "../base/keyed-random.ts";
import { stringHash } from "../base/sharding.ts";
import { studentQuantile } from "../base/student.ts";

/** Fewer products kept as they are would say nothing of what repricing earns. */
const LEAST_HELD_OUT = 20;
/** Number of the draws' key, so that no other draw is the same. */
const HOLD_OUT_KEY = 5;

export interface HoldOutSettings {
  share: number;
  salt: number;
}

/** Whether there is a hold-out at all: in a small catalogue none, for it would be too small to tell anything. */
export function hasHoldOut({ share }: HoldOutSettings, catalogue: number): boolean {
  return share > 0 && share * catalogue >= LEAST_HELD_OUT;
}

/**
 * Whether a product is kept as it is. By the hash of its family, or of the SKU where it has none, so that products that are
 * priced together stay together; the same salt always keeps the same ones.
 */
export function isHeldOut(
  { sku, family }: { sku: string; family?: string | null | undefined },
  { share, salt }: HoldOutSettings,
): boolean {
  return uniformOf(key(salt, HOLD_OUT_KEY, stringHash(family ?? sku))) < share;
}

/** What a product earned on a mean day: before the repricing began or changed, and after. Minor units. */
export interface BeforeAfter {
  before: number;
  after: number;
}

/** What repricing earned on a mean day: all priced products together, minor units. */
export interface Return {
  priced: number;
  heldOut: number;
  /** gain of the priced products against having been kept as the held-out ones were */
  gain: number;
  interval95: [number, number];
  /** the same as a share of what they would have earned */
  share: number;
  shareInterval95: [number, number];
}

interface Ratio {
  ratio: number;
  variance: number;
  freedom: number;
}

/**
 * Ratio of after to before, Σ after / Σ before. Its variance is that of the residuals after − ratio · before, each divided
 * by √(1 − h) with the product's share h of the sum (HC2: MacKinnon and White 1985), and its degrees of freedom are those of
 * as many products of the same size, 1 / Σ h² − 1: a few large products may be most of the sum.
 */
function ratioOf(products: readonly BeforeAfter[]): Ratio {
  const before = products.reduce((sum, one) => sum + one.before, 0);
  const after = products.reduce((sum, one) => sum + one.after, 0);
  const ratio = after / before;
  let [squares, shares] = [0, 0];
  for (const one of products) {
    const share = one.before / before;
    squares += (one.after - ratio * one.before) ** 2 / Math.max(0.1, 1 - share);
    shares += share * share;
  }
  return { ratio, variance: squares / (before * before), freedom: Math.max(1.5, 1 / shares - 1) };
}

/**
 * What the repricing earned, by the randomised hold-out: the priced products' profit minus what it would have been had it
 * changed as the held-out products' did. Null where either group earned nothing before or is too small.
 */
export function repricingReturn(
  priced: readonly BeforeAfter[],
  heldOut: readonly BeforeAfter[],
): Return | null {
  const [ours, theirs] = [priced, heldOut].map((group) => group.filter(({ before }) => before > 0));
  if (ours!.length < LEAST_HELD_OUT || theirs!.length < LEAST_HELD_OUT) return null;
  const [treated, control] = [ratioOf(ours!), ratioOf(theirs!)];
  if (!(control.ratio > 0)) return null;
  const before = ours!.reduce((sum, one) => sum + one.before, 0);
  const change = treated.ratio - control.ratio;
  const variance = treated.variance + control.variance;
  const freedom =
    variance === 0
      ? control.freedom
      : variance ** 2 / (treated.variance ** 2 / treated.freedom + control.variance ** 2 / control.freedom);
  const spread = studentQuantile(0.975, freedom) * Math.sqrt(variance);
  const interval = (unit: number): [number, number] => [(change - spread) * unit, (change + spread) * unit];
  return {
    ...{ priced: ours!.length, heldOut: theirs!.length },
    gain: change * before,
    interval95: interval(before),
    share: change / control.ratio,
    shareInterval95: interval(1 / control.ratio),
  };
}
