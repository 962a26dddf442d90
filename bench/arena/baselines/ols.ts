import type { PolicyView, PricingPolicy } from "../contract.ts";
import { SKUS } from "../world.ts";
import { inBand } from "./band.ts";

const HOLD_DAYS = 2;
const STEP = 0.2;
const ELASTICITY_MIN = 1.2;
const ELASTICITY_MAX = 6;

/** Sums of a simple regression of ln(1 + units) on ln price. */
interface Regression {
  n: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
}

/** Per-SKU least squares of ln(1 + units) on ln price, then Lerner's rule c·e/(e-1); no pooling, no exploration. */
export function createOls(): PricingPolicy {
  const fits: Regression[] = Array.from({ length: SKUS }, () => ({ n: 0, x: 0, y: 0, xx: 0, xy: 0 }));
  return {
    decide: (day, views) =>
      views.map((view, i) => ((day + i) % HOLD_DAYS === 0 ? lerner(view, elasticity(fits[i]!)) : view.price)),
    observe(_day, sales) {
      sales.forEach(({ units, price, exposure }, i) => {
        if (exposure !== 0) add(fits[i]!, Math.log(price), Math.log(1 + units));
      });
    },
  };
}

function add(fit: Regression, x: number, y: number): void {
  fit.n++;
  fit.x += x;
  fit.y += y;
  fit.xx += x * x;
  fit.xy += x * y;
}

/** |Slope| clipped into a sane range; undefined while the price never varied. */
function elasticity({ n, x, y, xx, xy }: Regression): number | undefined {
  const variance = xx - (x * x) / n;
  if (variance < 1e-6 * n) return undefined;
  const slope = (xy - (x * y) / n) / variance;
  return Math.min(ELASTICITY_MAX, Math.max(ELASTICITY_MIN, -slope));
}

function lerner(view: PolicyView, e: number | undefined): number {
  if (e === undefined) return inBand(view.price, view);
  const target = (view.cost * e) / (e - 1);
  return inBand(Math.min(view.price * (1 + STEP), Math.max(view.price / (1 + STEP), target)), view);
}
