import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import type { ProductRow } from "../../domain/catalogue/product-row.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";
import { importProducts } from "./import-products.ts";

/**
 * Adds or replaces one product: an import of one row, whose problem is the request's.
 *
 * @throws ProblemError conflict when the SKU to be created exists, not_found when the one to be replaced does not
 */
export async function saveProduct(
  ctx: ServiceContext,
  row: ProductRow,
  mode: "create" | "replace",
): Promise<ProductRecord> {
  const before = await readProduct(ctx.db, row.sku);
  if (mode === "create" && before)
    throw new ProblemError("conflict", `there is a product ${row.sku} already`);
  if (mode === "replace" && !before) throw new ProblemError("not_found", "no such product");
  const { rejected } = await importProducts(ctx, [{ line: 1, value: row }], { dryRun: false });
  const problem = rejected[0];
  if (problem)
    throw new ProblemError("invalid", problem.message, {
      errors: [{ path: problem.message.split(":")[0] ?? "", code: problem.code, message: problem.message }],
    });
  return (await readProduct(ctx.db, row.sku))!;
}
