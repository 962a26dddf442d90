import { formatMoney } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { brokenLimit, type LimitedProduct } from "../../domain/pricing/hard-limits.ts";
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
