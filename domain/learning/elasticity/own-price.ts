import { type OwnDesign, SLOW_COLUMNS } from "./own-design.ts";
import { CATEGORY_PRICE, CURVATURE } from "./prior.ts";

/** Why a SKU's history says nothing, or little, about its elasticity; in the order in which they are given. */
export const REASONS = [
  "few-days",
  "price-still",
  "trend-or-season",
  "calendar",
  "promotions",
  "category",
  "cycle",
  "demand-driven",
  "wrong-sign",
  "implausible",
  "sold-out-zeros",
  "unflagged-promotions",
] as const;
export type Reason = (typeof REASONS)[number];

/** What is left of a SKU's price variation once all that explains it is taken out. */
export interface OwnPrice {
  /** Share of the variance of ln price, without what promotions explain, that trend, season and calendar leave. */
  share: number;
  /** The sd left after the category's mean price too. */
  sd: number;
  /** ln price less what its own trend, season, calendar and promotions explain. */
  unexplained: Float64Array;
  /** Null where the variation can be learned from. */
  reason: Reason | null;
}

const SHARE_MIN = 0.1;
const SD_MIN = 0.008;
const ROWS_MIN = 28;
/** Prior variance of price's own effects against a residual of 1: hardly any shrinkage. */
const RIDGE = 1e-3;

/**
 * Regression of ln price (without what was drawn) on promotions, trend, yearly waves, weekday and part of the month, then on
 * the category's mean price. The gate: a share below .10 or an sd below .008 left over is no evidence (Frisch and Waugh
 * 1933: the slope on price is learned from this residual alone).
 *
 * @example Saturdays and Sundays 20 % cheaper: the weekday explains all, share 0, reason `calendar`.
 */
export function ownPrice(design: OwnDesign): OwnPrice {
  const { parts, names, columns, x } = design;
  const rows = judgedRows(design);
  const n = rows.length;
  // what there is beside price: promotions and the nuisance part, then the category's mean price
  const common = names.indexOf(CATEGORY_PRICE);
  const others = Array.from({ length: columns }, (_, at) => at).filter(
    (at) => at > names.indexOf("competitor") && names[at] !== CURVATURE && at !== common,
  );
  others.push(common);
  const q = 1 + others.length;
  const gram = new Float64Array(q * q);
  const cross = new Float64Array(q);
  const price = new Float64Array(n);
  let total = 0;
  let sum = 0;
  rows.forEach((row, i) => {
    price[i] = parts.regular[row]! + parts.proposed[row]! + parts.dips[row]! + parts.promoted[row]!;
    sum += price[i]!;
  });
  rows.forEach((row, i) => {
    price[i]! -= sum / n;
    total += price[i]! ** 2;
    for (let j = 0; j < q; j++) {
      const value = j === 0 ? 1 : x[row * columns + others[j - 1]!]!;
      if (value === 0) continue;
      cross[j]! += value * price[i]!;
      for (let k = 0; k <= j; k++)
        gram[j * q + k]! += value * (k === 0 ? 1 : x[row * columns + others[k - 1]!]!);
    }
  });
  const { gains, effects } = explained(gram, cross, q);
  const unexplained = new Float64Array(n);
  rows.forEach((row, i) => {
    let fitted = effects[0]!;
    for (let j = 1; j < q - 1; j++) fitted += effects[j]! * x[row * columns + others[j - 1]!]!;
    unexplained[i] = price[i]! - fitted;
  });
  const category = gains[q - 1]!;
  const start = q - 1 - (columns - names.length);
  // where demand has no trends and seasons of its own, a price that moves slowly is not explained by them
  const { trend, season } = design.slow;
  const slow =
    explaining(trend) * gains[start]! + explaining(season) * sumOf(gains, start + 1, start + SLOW_COLUMNS);
  const own = sumOf(gains, 0, start) + slow + sumOf(gains, start + SLOW_COLUMNS, q - 1);
  const promoted = sumOf(gains, 1, start);
  const left = Math.max(0, total - own);
  const share = total - promoted > 0 ? left / (total - promoted) : 0;
  const sd = Math.sqrt(Math.max(0, left - category) / n);
  const because: Reason = promoted > own / 2 ? "promotions" : slow > own / 2 ? "trend-or-season" : "calendar";
  const reason = reasonOf(n, { share, sd, total: Math.sqrt(total / n), own: Math.sqrt(left / n) }, because);
  return { share, sd, unexplained, reason };
}

/** The rows whose prices the shop set itself; all, where there are hardly any. */
function judgedRows({ rows }: OwnDesign): readonly number[] {
  const all = [...rows.keys()];
  const own = all.filter((i) => !rows[i]!.proposed);
  return own.length < ROWS_MIN ? all : own;
}

/** Share of a price's slow movement that trends or seasons of that scale explain: from half of the widest on, all of it. */
function explaining(scale: number): number {
  return Math.min(1, 2 * scale) ** 2;
}

function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum;
}

function reasonOf(
  rows: number,
  left: { share: number; sd: number; total: number; own: number },
  because: Reason,
): Reason | null {
  if (rows < ROWS_MIN) return "few-days";
  if (left.total < SD_MIN) return "price-still";
  if (left.share < SHARE_MIN || left.own < SD_MIN) return because;
  return left.sd < SD_MIN ? "category" : null;
}

/**
 * Ridge regression by Cholesky: what each column adds to the explained sum of squares in its turn, and the effects of all
 * columns but the last.
 */
function explained(gram: Float64Array, cross: Float64Array, q: number) {
  const gains = new Float64Array(q);
  const y = new Float64Array(q);
  for (let j = 0; j < q; j++) {
    gram[j * q + j]! += RIDGE;
    let rest = cross[j]!;
    for (let k = 0; k <= j; k++) {
      let value = gram[j * q + k]!;
      for (let l = 0; l < k; l++) value -= gram[j * q + l]! * gram[k * q + l]!;
      if (k < j) gram[j * q + k] = value / gram[k * q + k]!;
      else gram[j * q + j] = Math.sqrt(Math.max(value, 1e-9));
    }
    for (let l = 0; l < j; l++) rest -= gram[j * q + l]! * y[l]!;
    y[j] = rest / gram[j * q + j]!;
    gains[j] = y[j]! ** 2;
  }
  const effects = new Float64Array(q - 1);
  for (let j = q - 2; j >= 0; j--) {
    let value = y[j]!;
    for (let l = j + 1; l < q - 1; l++) value -= gram[l * q + j]! * effects[l]!;
    effects[j] = value / gram[j * q + j]!;
  }
  return { gains, effects };
}
