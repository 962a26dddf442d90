import { scaleMinor } from "./ratio.ts";

const ONE = 10_000;

/**
 * The price without tax of a price with tax. `taxBps` in basis points (1900 = 19 %). Rounded half-even; net
 * and back to gross may lose one minor unit, so the displayed amount is what is stored.
 */
export function netOfGross(gross: number, taxBps: number): number {
  return taxBps === 0 ? gross : scaleMinor(gross, ONE, ONE + taxBps);
}

/** The price with tax of a price without. `taxBps` in basis points; rounded half-even. */
export function grossOfNet(net: number, taxBps: number): number {
  return taxBps === 0 ? net : scaleMinor(net, ONE + taxBps, ONE);
}
