import { formatMoney } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { brokenLimit, type LimitedProduct } from "../../domain/pricing/hard-limits.ts";
import { payableFrom, payableUpTo, pricePoints } from "../../domain/pricing/price-points.ts";
import type { Settings } from "../../domain/settings/settings.ts";

/**
 * A person's price has to keep the hard limits of every product that it is for.
 *
 * @throws ProblemError guardrail_blocked, naming the first limit that it breaks, and of which product
 */
export function assertAllowedPrices(
  products: readonly (LimitedProduct & { sku: string; currency: string })[],
  price: number,
  settings: Settings,
): void {
  for (const product of products) {
    const broken = brokenLimit(product, price, settings);
    if (broken === null) continue;
    const { currency, sku } = product;
    const whose = products.length > 1 ? ` of ${sku}` : "";
    const text = `${formatMoney(price, currency)} breaks ${broken.name} ${formatMoney(broken.limit, currency)}${whose}`;
    throw new ProblemError("guardrail_blocked", text, {
      errors: [{ path: "price", code: broken.name, message: text }],
    });
  }
}

/**
 * A person's price has to be payable: a multiple of its currency's price step.
 *
 * @throws ProblemError guardrail_blocked, naming the payable prices beside it
 */
export function assertPayable(
  price: number,
  currency: string,
  settings: Pick<Settings, "pricePoints">,
): void {
  const points = pricePoints(currency, settings.pricePoints);
  if (price % points.step === 0) return;
  const shown = (minor: number) => formatMoney(minor, currency);
  const below = payableUpTo(price, points);
  const beside = `${below > 0 ? `${shown(below)} or ` : ""}${shown(payableFrom(price, points))}`;
  const text = `${shown(price)} is not payable: prices go in steps of ${shown(points.step)}; take ${beside}`;
  throw new ProblemError("guardrail_blocked", text, {
    errors: [{ path: "price", code: "price_step", message: text }],
  });
}
