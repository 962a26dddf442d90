import type { ProductRecord } from "../../db/reads/products.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";
import { holdOf } from "./read-overrides.ts";

/**
 * A frozen or fixed price is nobody's to change before the override ends.
 *
 * @throws ProblemError price_held, naming the override
 */
export async function assertNotHeld(
  ctx: Pick<ServiceContext, "d1" | "now">,
  product: Pick<ProductRecord, "sku" | "brand" | "category">,
): Promise<void> {
  const override = await holdOf(ctx.d1, product, ctx.now);
  if (override === null) return;
  const { id, kind, scope, key } = override;
  const what = kind === "PRICE_FREEZE" ? "the price is frozen" : "the price is fixed";
  throw new ProblemError("price_held", `${what} by an override (${scope}${key === null ? "" : ` ${key}`})`, {
    extra: { override: { id, kind } },
  });
}
