/**
 * What a unit leaves, before fees. `margin` is of the net price, `markup` is on the cost: the same money,
 * two bases.
 */
export interface UnitEconomics {
  /** price without tax */
  net: number;
  /** net − cost */
  contribution: number;
  /** (net − cost) / net */
  margin: number;
  /** (net − cost) / cost; null with a cost of zero */
  markup: number | null;
}

/**
 * Unit economics for display, from decimal strings. `taxRate` is a fraction and taken out only if prices
 * include tax. Null without a cost or with a price of zero: a margin of an unknown cost is no figure.
 */
export function unitEconomics(
  price: string,
  unitCost: string | undefined,
  taxRate: number,
  pricesIncludeTax: boolean,
): UnitEconomics | null {
  if (unitCost === undefined) return null;
  const net = pricesIncludeTax ? Number(price) / (1 + taxRate) : Number(price);
  const cost = Number(unitCost);
  if (!(net > 0) || !(cost >= 0)) return null;
  const contribution = net - cost;
  return { net, contribution, margin: contribution / net, markup: cost > 0 ? contribution / cost : null };
}
