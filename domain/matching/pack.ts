/** Units of packs by their names, with the base unit and how many of it one is. */
const UNITS: Readonly<Record<string, readonly [base: string, factor: number]>> = {
  g: ["g", 1],
  gr: ["g", 1],
  gramm: ["g", 1],
  kg: ["g", 1000],
  dag: ["g", 10],
  mg: ["g", 0.001],
  lb: ["g", 453.59237],
  lbs: ["g", 453.59237],
  oz: ["g", 28.349523125],
  ml: ["ml", 1],
  cl: ["ml", 10],
  dl: ["ml", 100],
  l: ["ml", 1000],
  lt: ["ml", 1000],
  ltr: ["ml", 1000],
  liter: ["ml", 1000],
  litre: ["ml", 1000],
  pcs: ["piece", 1],
  pc: ["piece", 1],
  pieces: ["piece", 1],
  stuck: ["piece", 1],
  stk: ["piece", 1],
  er: ["piece", 1],
  pack: ["piece", 1],
  pk: ["piece", 1],
  count: ["piece", 1],
  ct: ["piece", 1],
  tabs: ["piece", 1],
  sheets: ["piece", 1],
  blatt: ["piece", 1],
  beutel: ["piece", 1],
};

const NAMES = Object.keys(UNITS).join("|");
const TIMES = new RegExp(`(\\d+) ?[x×*] ?(\\d+(?:[.,]\\d+)?) ?(${NAMES})(?![\\p{L}])`, "u");
const ONCE = new RegExp(`(?<![\\p{L}\\d.,])(\\d+(?:[.,]\\d+)?)[ -]?(${NAMES})(?![\\p{L}])`, "u");

/**
 * The quantity that a pack holds, by the first that its title names, in grams, millilitres or pieces. The title must be
 * in lower case without accents.
 *
 * @example
 * packOf("cola 6 x 0,33 l") // { quantity: 1980, unit: "ml" }
 * packOf("aurora lamp") // null
 */
export function packOf(title: string): { quantity: number; unit: string } | null {
  const times = TIMES.exec(title);
  const [count, amount, name] =
    times === null ? ["1", ...(ONCE.exec(title)?.slice(1) ?? [])] : times.slice(1);
  if (count === undefined || amount === undefined || name === undefined) return null;
  const [unit, factor] = UNITS[name]!;
  const quantity = Number(count) * Number(amount.replace(",", ".")) * factor;
  return quantity > 0 && Number.isFinite(quantity)
    ? { quantity: Number(quantity.toPrecision(9)), unit }
    : null;
}

/**
 * How many of the other's packs one holds; null if either is not known or they are of different kinds. A price divided
 * by it can be compared with the other's.
 *
 * @example
 * packFactor({ quantity: 1980, unit: "ml" }, { quantity: 330, unit: "ml" }) // 6
 */
export function packFactor(
  one: { quantity: number; unit: string } | null,
  other: { quantity: number; unit: string } | null,
): number | null {
  if (one === null || other === null || one.unit !== other.unit) return null;
  return Number((one.quantity / other.quantity).toPrecision(6));
}
