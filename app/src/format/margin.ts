import { currencyExponent } from "../../../domain/base/currency.ts";
import type { Product } from "../../../domain/contract/catalogue.ts";
import { marginShare, markupShare, netPrice, unitEconomics } from "../../../domain/pricing/unit-economics.ts";

/** What a unit leaves at the served price, by the rules that also set the margin floor. */
export interface UnitFigures {
  /** price without tax, in units of currency */
  net: number;
  /** what tax, fees and cost leave, as a share of the net price */
  margin: number;
  /** net price over cost, less one; null at a cost of zero */
  markup: number | null;
}

type Priced = Pick<Product, "price" | "currency" | "unitCost" | "taxRate" | "feeRate" | "unitFee">;

/** The figures of a product; null without a cost: a margin of an unknown cost is no figure. */
export function unitFigures(product: Priced, pricesIncludeTax: boolean): UnitFigures | null {
  if (product.unitCost === undefined) return null;
  const minorUnits = 10 ** currencyExponent(product.currency);
  const minor = (amount: string) => Math.round(Number(amount) * minorUnits);
  const { taxRate, feeRate, unitFee } = product;
  const economics = unitEconomics({
    ...{ pricesIncludeTax, taxRate, feeRate, unitCost: minor(product.unitCost) },
    unitFee: unitFee === undefined ? 0 : minor(unitFee),
  });
  const price = minor(product.price);
  if (!(netPrice(price, economics) > 0)) return null;
  return {
    net: netPrice(price, economics) / minorUnits,
    margin: marginShare(price, economics),
    markup: economics.unitCost > 0 ? markupShare(price, economics) : null,
  };
}
