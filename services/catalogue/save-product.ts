import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { type ProductPatch, type ProductRow, wholeRow } from "../../domain/catalogue/product-row.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";
import { importProducts } from "./import-products.ts";
import { readAlias } from "./rename/aliases.ts";

/** What is to be done with a product: add it, replace it whole, or change the fields that are named. */
type ProductChange = { mode: "create" | "replace"; row: ProductRow } | { mode: "patch"; row: ProductPatch };

/**
 * Adds, replaces or changes one product: an import of one row, whose problem is the request's.
 *
 * @throws ProblemError conflict when the SKU to be created exists, not_found when the one to be changed does not
 */
export async function saveProduct(ctx: ServiceContext, change: ProductChange): Promise<ProductRecord> {
  const { mode, row } = change;
  const before = await readProduct(ctx.db, row.sku);
  if (mode === "create" && before)
    throw new ProblemError("conflict", `there is a product ${row.sku} already`);
  const alias = mode === "create" ? await readAlias(ctx.db, row.sku) : undefined;
  if (alias)
    throw new ProblemError("conflict", `${row.sku} is an alias of ${alias.sku}: end the alias first`);
  if (mode !== "create" && !before) throw new ProblemError("not_found", "no such product");
  const value = mode === "replace" ? wholeRow(row) : row;
  const { rejected } = await importProducts(ctx, [{ line: 1, value }], { dryRun: false });
  const problem = rejected[0];
  if (problem)
    throw new ProblemError("invalid", problem.message, {
      errors: [{ path: problem.message.split(":")[0] ?? "", code: problem.code, message: problem.message }],
    });
  return (await readProduct(ctx.db, row.sku))!;
}
